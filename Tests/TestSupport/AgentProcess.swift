import Foundation

/// Runs a real ssh-agent that holds some keys, gives `body` its socket, and ends it.
///
/// The keys are paths of private keys that are not locked, in the order of adding.
package func withAgent(
    holding keys: [String],
    _ body: @escaping @Sendable (String) async throws -> Void
) async throws {
    let directory = try TemporaryDirectory()
    let socket = directory["agent"]
    let agent = Program("ssh-agent", ["-D", "-a", socket])
    _ = try await agent.run(within: .seconds(300)) { running in
        try await eventually("the agent's socket") {
            FileManager.default.fileExists(atPath: socket)
        }
        if !keys.isEmpty {
            let adding = Program("ssh-add", environment: ["SSH_AUTH_SOCK": socket])
            try await adding.succeed(["-q"] + keys)
        }
        try await body(socket)
        running.signal(SIGTERM)
    }
}
