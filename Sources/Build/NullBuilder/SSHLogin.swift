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
                "Host key \(await machine.hostKeyFingerprint), \(await Self.reason(machine))"
            )
            return machine
        case .failure(let error):
            if !Task.isCancelled { await ui.error("\(error)") }
            throw error
        }
    }

    /// Why the host key was accepted.
    private static func reason(_ machine: SSHCommunicator) async -> String {
        switch await machine.hostKeyTrust {
        case .onRecord(let place): "known from \(place)"
        case .listed: "listed in ssh_host_key_fingerprints"
        case .unchecked: "not checked"
        case .firstSeen, nil: "pinned for this build"
        }
    }

    private var configuration: SSHConfiguration {
        var configuration = SSHConfiguration(
            host: options.host,
            port: options.port,
            username: options.username,
            credentials: credentials,
            timeout: options.effectiveTimeout,
            handshakeAttempts: options.effectiveHandshakeAttempts
        )
        configuration.hostKeys = options.hostKeys.policy
        configuration.fileTransferMethod = options.fileTransferMethod
        return configuration
    }
}
