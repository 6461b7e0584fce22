internal import Communicator

/// A short command of our own on the machine, such as `mkdir` or `rm`.
struct HousekeepingCommand: Sendable {
    /// The shell text.
    var text: String
    /// How long it may take.
    var deadline: Duration = .seconds(60)
    /// What the end of the connection means meanwhile.
    var disconnect = RemoteCmd.Disconnect.unexpected

    private static let complaintLimit = 2_000

    /// Runs it; what it complains about is in the error.
    ///
    /// - Throws: `CommunicatorError`; ``ShellProvisionerError`` with code `.notStarted` when its
    ///   status was not 0.
    func run(on machine: any Communicator) async throws {
        var command = RemoteCmd(text, deadline: deadline)
        command.disconnect = disconnect
        let result = try await machine.run(command) { execution in
            var complaint: [UInt8] = []
            for try await chunk in execution.output {
                guard case .standardError(let bytes) = chunk else { continue }
                complaint += bytes.prefix(Self.complaintLimit - complaint.count)
            }
            return complaint
        }
        switch result.status {
        case .exited(0): return
        case .disconnected:
            throw CommunicatorError(
                .disconnected,
                operation: "running",
                target: "`\(text)`",
                detail: result.detail ?? "its end was not seen"
            )
        case .exited, .signaled:
            let complaint = DisplayText.line(result.value[...])
            throw ShellProvisionerError(
                .notStarted,
                "`\(text)` failed with \(result.status): "
                    + (complaint.isEmpty ? "it printed nothing." : "\(complaint)."),
                status: result.status,
                remedy: "Check that remote_folder exists and that the user may write there."
            )
        }
    }
}
