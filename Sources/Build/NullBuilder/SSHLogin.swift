import Communicator
import Components
import SSHCommunicator

/// Reaches a machine over SSH while the user sees how it goes, as Packer's connect step does.
struct SSHLogin {
    let options: SSHOptions
    let credentials: [SSHCredential]

    /// Tries until the machine is there or the limits are reached.
    ///
    /// - Throws: `CommunicatorError` with the last cause; `CancellationError`.
    func connect(ui: any UserInterface) async throws -> SSHCommunicator {
        await ui.say("Using ssh communicator to connect: \(options.host)")
        await ui.say("Waiting for SSH to become available...")
        let (reports, reporter) = AsyncStream.makeStream(
            of: SSHWaiting.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let teller = Task {
            var lines = SSHWaitingLines()
            for await waiting in reports {
                if let line = lines.line(for: waiting) { await ui.message(line) }
            }
        }
        let result: Result<SSHCommunicator, any Error>
        do {
            let machine = try await SSHCommunicator.connect(
                configuration,
                waiting: { waiting in reporter.yield(waiting) },
                warning: { text in Task { await ui.error("Warning: \(text)") } }
            )
            result = .success(machine)
        } catch {
            result = .failure(error)
        }
        reporter.finish()
        await teller.value
        switch result {
        case .success(let machine):
            await ui.say("Connected to SSH!")
            await ui.message(
                "Host key \(await machine.hostKeyFingerprint), pinned for this build"
            )
            return machine
        case .failure(let error):
            if !Task.isCancelled { await ui.error("\(error)") }
            throw error
        }
    }

    private var configuration: SSHConfiguration {
        SSHConfiguration(
            host: options.host,
            port: options.port,
            username: options.username,
            credentials: credentials,
            timeout: options.effectiveTimeout,
            handshakeAttempts: options.effectiveHandshakeAttempts
        )
    }
}
