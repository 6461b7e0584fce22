import Foundation
import Communicator
import SSHCommunicator
import Synchronization
import TestSupport
import Testing

/// What a communicator promises of its connection, where a whole build would show less.
@Suite("The life of a connection")
struct ConnectionLifeTests {
    /// Longer than a server bears that asks twice, once a second, and exchanges keys every second.
    private static let silence: Duration = .seconds(6)
    private static let impatient = [
        "ClientAliveInterval 1", "ClientAliveCountMax 2", "RekeyLimit default 1s",
    ]

    @Test func `an idle connection answers a server that asks and exchanges keys`() async throws {
        try await withFaultServer(options: Self.impatient) { fault in
            let ssh = try await fault.server.connect()
            // Time is the point: nothing happens on this connection.
            try await Task.sleep(for: Self.silence)
            #expect(try await ssh.run(RemoteCmd("exit 3")) { _ in }.status == .exited(3))
            #expect(
                try await fault.server.log().components(separatedBy: "Accepted publickey").count
                    == 2
            )
            await ssh.close()
        }
    }

    @Test func `a silent command outlives a server that asks and exchanges keys`() async throws {
        try await withFaultServer(options: Self.impatient) { fault in
            let ssh = try await fault.server.connect()
            let silence = Self.silence.components.seconds
            #expect(
                try await ssh.run(RemoteCmd("sleep \(silence); exit 4")) { _ in }.status
                    == .exited(4)
            )
            await ssh.close()
        }
    }

    @Test func `a limit for silence ends what a frozen server holds up`() async throws {
        try await withFaultServer { fault in
            var configuration = try fault.server.configuration()
            configuration.readWriteTimeout = .seconds(3)
            let ssh = try await SSHCommunicator.connect(configuration)
            let start = ContinuousClock.now
            let result = try await ssh.run(RemoteCmd("echo begun; sleep 60")) { execution in
                for try await _ in execution.output { try await fault.pause() }
            }
            #expect(result.status == .disconnected)
            #expect(result.detail?.contains("ssh_read_write_timeout") == true)
            #expect(start.duration(to: .now) < .seconds(15))
            try await fault.unpause()
            await ssh.close()
        }
    }

    @Test func `what a cut upload left is removed over a new connection`() async throws {
        try await withFaultServer { fault in
            let plan = FaultProxy.Plan(.reset, .toServer, at: 1_000_000, isForEvery: false)
            let proxy = try await FaultProxy(port: fault.server.port, [plan])
            try await withFaultProxy(proxy) { proxy in
                var configuration = try fault.server.configuration()
                configuration.port = UInt16(proxy.port)
                let warnings = Warnings()
                let ssh = try await SSHCommunicator.connect(
                    configuration,
                    warning: { warnings.add($0) }
                )
                try await fault.server.exec(
                    "echo old >/home/packer/file; chmod 666 /home/packer/file"
                )
                let error = await #expect(throws: CommunicatorError.self) {
                    try await ssh.upload(
                        .bytes([UInt8](repeating: 7, count: 10_000_000)),
                        to: "file"
                    )
                }
                #expect(error?.code == .disconnected)
                #expect(try await fault.server.exec("cat /home/packer/file") == "old\n")
                #expect(
                    try await fault.server.exec("ls -A /home/packer | grep -c '^.file'; :") == "0\n"
                )
                #expect(warnings.all.count == 1)
                #expect(warnings.all.first?.contains("was lost, and is made again") == true)
                await ssh.close()
            }
        }
    }
}

/// What a communicator warned of.
final class Warnings: Sendable {
    private let texts = Mutex<[String]>([])

    /// All of it.
    var all: [String] { texts.withLock { $0 } }

    /// Takes one.
    func add(_ text: String) { texts.withLock { $0.append(text) } }
}
