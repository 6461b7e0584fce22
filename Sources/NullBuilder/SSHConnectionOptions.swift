import Configuration
import SSHCommunicator

/// The options that say how a connection is kept alive, and when it counts as dead.
struct SSHConnectionOptions: ConfigurationBlock {
    @Field(
        """
        How long the server may be silent before it is asked for a sign of life; negative never \
        asks. A question that is left without any byte for 15s ends the connection; with Packer it \
        is waited for without end.
        """,
        key: "ssh_keep_alive_interval"
    )
    var keepAliveInterval: Duration = .seconds(5)

    @Field(
        """
        How long the server may be silent in all before the connection ends; 0 for no limit but \
        that of ssh_keep_alive_interval. It is asked for a sign of life in time, so a silent \
        script is no reason.
        """,
        key: "ssh_read_write_timeout",
        check: { $0 < .zero ? "must not be negative" : nil }
    )
    var readWriteTimeout: Duration = .zero

    @Field(
        """
        How long to wait once the machine answers, before it is connected to anew: for machines \
        that answer before they are ready, such as installers.
        """,
        check: { $0 < .zero ? "must not be negative" : nil }
    )
    var pauseBeforeConnecting: Duration = .zero

    /// Has a configuration follow these options; 0 for the interval means Packer's 5s.
    func apply(to configuration: inout SSHConfiguration) {
        let interval = keepAliveInterval == .zero ? .seconds(5) : keepAliveInterval
        configuration.keepAliveInterval = interval < .zero ? nil : interval
        configuration.readWriteTimeout = readWriteTimeout == .zero ? nil : readWriteTimeout
    }
}
