import Foundation
import Processes
import TestSupport

/// An SSH server of a row's own, in a container that nobody else uses: it may be paused, cut off,
/// restarted and killed.
///
/// It is like one of the shared servers, with its users and keys, but host keys and a password for
/// the user `packer` of its own. ``withFaultServer(_:options:_:)`` removes it whatever happens; what
/// a killed run left is removed by the next one, and by `docker-test/down`.
struct FaultServer: Sendable {
    /// How to log in, through a port of 127.0.0.1 that stays the same over a restart.
    let server: DockerServer
    /// The container's own address, which a cut network makes unreachable.
    let address: String
    /// What belongs to it before anybody has logged in.
    let baseline: FarSideState
    private let network: String

    /// Starts a server and waits until it listens.
    ///
    /// - Parameters:
    ///   - configuration: The shared server that it is like.
    ///   - options: Lines of an `sshd_config` that win over that configuration.
    /// - Returns: A server that must be removed.
    /// - Throws: What the engine says when the server does not start; nothing of it is left then.
    static func start(
        like configuration: DockerServer.Configuration = .standard,
        options: [String] = []
    ) async throws -> FaultServer {
        let model = try DockerServer(configuration)
        try await FaultContainer.removeAbandoned(like: model)
        let password = "secret-\(UUID().uuidString)"
        let container = try await FaultContainer.start(
            like: model,
            configuration: configuration.rawValue,
            password: password,
            options: options
        )
        do {
            let key = try await container.hostKey(model.engine)
            let server = DockerServer(
                like: model,
                container: container.id,
                host: model.host,
                port: container.port,
                password: password,
                hostKey: key
            )
            return FaultServer(
                server: server,
                address: try await container.address(model.engine),
                baseline: try await FarSideState(of: server),
                network: container.network
            )
        } catch {
            _ = try? await model.engine.run(["rm", "--force", "--volumes", container.id])
            throw error
        }
    }

    /// Freezes every process of the machine; its kernel still answers.
    func pause() async throws {
        try await server.engine.succeed(["pause", server.container])
    }

    /// Lets them go on.
    func unpause() async throws {
        try await server.engine.succeed(["unpause", server.container])
    }

    /// Cuts the machine off: nothing sent to ``address`` is answered any more.
    func disconnect() async throws {
        try await server.engine.succeed(["network", "disconnect", network, server.container])
    }

    /// Ends the machine at once and starts it again, as a reset button does.
    func restart(withNewHostKeys: Bool = false) async throws {
        if withNewHostKeys { try await server.exec("rm /etc/ssh/ssh_host_*") }
        try await server.engine.succeed(["restart", "--time", "0", server.container])
    }

    /// Gives the running server other host keys, of some types only; sessions that stand are not
    /// disturbed.
    func replaceHostKeys(types: [String] = ["ed25519", "ecdsa"]) async throws {
        try await server.exec(
            """
            set -e; rm /etc/ssh/ssh_host_*
            for type in \(types.joined(separator: " ")); do
                ssh-keygen -q -t $type -N '' -f /etc/ssh/ssh_host_${type}_key
            done
            kill -HUP "$(cat /run/sshd.pid)"
            """
        )
        try await eventually("the server listens again") {
            let log = try await server.log()
            return log.components(separatedBy: "Server listening on 0.0.0.0").count > 2
        }
    }

    /// Sends a signal to the processes of sshd that serve the sessions of `packer`.
    func signalSessions(_ name: String) async throws {
        try await server.exec("pkill -\(name) -u packer '^sshd'")
    }

    /// Whether anybody has tried to log in, as the server's log tells it.
    func hasSeenLogin() async throws -> Bool {
        let log = try await server.log()
        return log.contains("Accepted ") || log.contains("Failed ")
    }

    /// Removes the container, whatever state it is in.
    func remove() async throws {
        try await server.engine.succeed(["rm", "--force", "--volumes", server.container])
    }
}

/// Runs `body` with a server of its own, and removes it afterwards.
func withFaultServer<Value>(
    like configuration: DockerServer.Configuration = .standard,
    options: [String] = [],
    _ body: (FaultServer) async throws -> Value
) async throws -> Value {
    let server = try await FaultServer.start(like: configuration, options: options)
    do {
        let value = try await body(server)
        try await server.remove()
        return value
    } catch {
        // A task that is cancelled cannot run programs any more.
        await Task { try? await server.remove() }.value
        throw error
    }
}
