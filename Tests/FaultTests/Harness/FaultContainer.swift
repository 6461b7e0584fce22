import Foundation
import Processes
import TestSupport

/// The container of a ``FaultServer``, as the engine knows it.
struct FaultContainer: Sendable {
    let id: String
    let port: Int
    let network: String

    private static let label = "packer-swift.fault"

    /// What the container runs: the start of `docker-test`, which may happen again after a restart.
    private static let script = """
        set -eu
        if [ ! -e /etc/ssh/fault.conf ]; then
            printf '%s\\n' "$AUTHORIZED_KEY" >/etc/ssh/authorized_keys
            echo "packer:$PASSWORD" | chpasswd
            cd /etc/ssh/configurations
            # Not of every option does sshd keep the first value that it reads.
            printf '%s\\n' "$SSHD_OPTIONS" | while read -r keyword value; do
                [ -z "$keyword" ] || sed -i "/^$keyword /d" common "$1.conf"
            done
            { printf '%s\\n' "$SSHD_OPTIONS"; cat "$1.conf"; } >/etc/ssh/fault.conf
        fi
        for type in ed25519 ecdsa; do
            key=/etc/ssh/ssh_host_${type}_key
            [ -e $key ] || ssh-keygen -q -t $type -N '' -f $key
        done
        mkdir -p /run/sshd
        exec /usr/sbin/sshd -D -e -f /etc/ssh/fault.conf
        """

    /// Starts a container like that of a shared server.
    static func start(
        like model: DockerServer,
        configuration: String,
        password: String,
        options: [String]
    ) async throws -> FaultContainer {
        let format = "{{.Config.Image}} {{.HostConfig.NetworkMode}}"
        let words = try await model.engine.succeed(["inspect", "--format", format, model.container])
            .split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2 else {
            throw Program.Failure(description: "docker inspect \(model.container): \(words)")
        }
        let key = try String(contentsOfFile: "\(model.privateKeyPath).pub", encoding: .utf8)
        var failure: (any Error)?
        // Another program may take the port between its choice and the start.
        for _ in 0..<8 {
            let port = try ClosedPort().number
            let id = try await model.engine.succeed(
                [
                    "create", "--init", "--hostname", "fault", "--network", words[1],
                    "--label", try await projectLabel(of: model),
                    "--label", "\(label)=\(ProcessInfo.processInfo.processIdentifier)",
                    "--publish", "127.0.0.1:\(port):22", "--tmpfs", "/small:size=1m,mode=1777",
                    "--env", "AUTHORIZED_KEY=\(key.trimmingCharacters(in: .newlines))",
                    "--env", "PASSWORD=\(password)",
                    "--env", "SSHD_OPTIONS=\(options.joined(separator: "\n"))",
                    words[0], "sh", "-c", script, "sh", configuration,
                ]
            ).trimmingCharacters(in: .whitespacesAndNewlines)
            do {
                try await model.engine.succeed(["start", id])
                return FaultContainer(id: id, port: port, network: words[1])
            } catch {
                failure = error
                try await model.engine.succeed(["rm", "--force", "--volumes", id])
            }
        }
        throw failure ?? CancellationError()
    }

    /// The server's ed25519 key, as soon as the server listens.
    func hostKey(_ engine: Program) async throws -> String {
        try await eventually("the server listens") {
            let log = try await engine.run(["logs", id])
            return (log.output + log.errors).contains("Server listening on 0.0.0.0")
        }
        let file = "/etc/ssh/ssh_host_ed25519_key.pub"
        let words = try await engine.succeed(["exec", id, "cat", file]).split(separator: " ")
        return words.prefix(2).joined(separator: " ")
    }

    /// The container's address in its network.
    func address(_ engine: Program) async throws -> String {
        let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return try await engine.succeed(["inspect", "--format", format, id])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Removes, once in this process, the containers of processes that are no more.
    static func removeAbandoned(like model: DockerServer) async throws {
        try await Abandoned.shared.remove(like: model)
    }

    /// The label by which `docker-test/down` knows what belongs to this checkout.
    private static func projectLabel(of model: DockerServer) async throws -> String {
        let name = "packer-swift.docker-test"
        let format = "{{index .Config.Labels \"\(name)\"}}"
        let value = try await model.engine.succeed(["inspect", "--format", format, model.container])
        return "\(name)=\(value.trimmingCharacters(in: .whitespacesAndNewlines))"
    }

    private actor Abandoned {
        static let shared = Abandoned()
        private var task: Task<Void, any Error>?

        func remove(like model: DockerServer) async throws {
            let task =
                self.task
                ?? Task {
                    let format = "{{.ID}} {{.Label \"\(label)\"}}"
                    let list = try await model.engine.succeed([
                        "ps", "--all", "--format", format, "--filter", "label=\(label)",
                        "--filter", "label=\(try await projectLabel(of: model))",
                    ])
                    for line in list.split(separator: "\n") {
                        let words = line.split(separator: " ").map(String.init)
                        guard let owner = words.last.flatMap({ Int32($0) }), kill(owner, 0) != 0
                        else { continue }
                        // Another process may be at it, too.
                        _ = try await model.engine.run(["rm", "--force", "--volumes", words[0]])
                    }
                }
            self.task = task
            try await task.value
        }
    }
}
