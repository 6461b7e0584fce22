import Communicator
import Components
import Configuration
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
        let pause = options.connection.pauseBeforeConnecting
        if pause > .zero {
            try await knock(ui: ui).close()
            await ui.say("Pausing \(pause.goText) before connecting...")
            try await Task.sleep(for: pause, clock: .continuous)
        }
        let machine = try await knock(ui: ui)
        await ui.say("Connected to SSH!")
        await ui.message(
            "Host key \(await machine.hostKeyFingerprint), \(await Self.reason(machine))"
        )
        return machine
    }

    /// Waits for the machine to take a connection, while the user sees what keeps it from that; now
    /// and whenever it is waited for again.
    private func knock(ui: any UserInterface) async throws -> SSHCommunicator {
        await ui.say("Waiting for SSH to become available...")
        let reports = SSHWaitingReports(ui)
        do {
            let machine = try await SSHCommunicator.connect(
                configuration,
                waiting: { reports.add($0) },
                warning: { text in Task { await ui.error("Warning: \(text)") } }
            )
            await reports.shown()
            return machine
        } catch {
            await reports.shown()
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
        options.connection.apply(to: &configuration)
        configuration.hostKeys = options.hostKeys.policy
        configuration.fileTransferMethod = options.fileTransferMethod
        return configuration
    }
}
