import Processes
import TestSupport
import Testing

/// A phase of a build.
enum Phase: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case connecting, loggingIn, uploading, running, draining, cleaningUp

    /// The phase, for the table.
    var clause: String {
        switch self {
        case .connecting: "while it connects"
        case .loggingIn: "while it logs in"
        case .uploading: "in the middle of an upload"
        case .running: "while a script runs"
        case .draining: "while a background process holds a script's output"
        case .cleaningUp: "while it cleans up"
        }
    }

    var testDescription: String { clause }
}

/// A server and a template with which a build comes to a phase and stays there.
struct Stage: Sendable {
    let phase: Phase
    let row: Row
    let server: FaultServer
    let fixture: BuildFixture
    private let proxy: FaultProxy
    /// Tells this stage's processes from all others.
    private let pause: String

    private static let begun = "it has begun"
    private static let destination = "/tmp/large"
    private static let mebibytes = 16

    /// Runs `body` with a stage, and takes it down afterwards.
    static func with(_ phase: Phase, _ row: Row, _ body: (Stage) async throws -> Void) async throws
    {
        let pause = "3600.\(UInt32.random(in: 100_000 ... .max))"
        // The server asks a command for the user's keys, and the command takes its time.
        let slow = [
            "AuthorizedKeysFile none", "AuthorizedKeysCommand /usr/bin/sleep \(pause)",
            "AuthorizedKeysCommandUser root",
        ]
        try await row.withServer(options: phase == .loggingIn ? slow : []) { server, fixture in
            let proxy = try await FaultProxy(
                port: server.server.port,
                greeting: phase == .connecting ? .silence : .relay,
                bytesPerSecond: phase == .uploading ? 4 << 20 : nil
            )
            try await withFaultProxy(proxy) { proxy in
                let stage = Stage(
                    phase: phase,
                    row: row,
                    server: server,
                    fixture: fixture,
                    proxy: proxy,
                    pause: pause
                )
                if phase == .uploading {
                    _ = try fixture.writeDense(mebibytes: mebibytes, to: "large")
                }
                try await body(stage)
            }
        }
    }

    /// Makes the machine ready for a build, before each one.
    ///
    /// - Returns: How many connections there were before it.
    /// - Throws: What the engine says.
    func prepare() async throws -> Int {
        guard phase == .cleaningUp else { return proxy.connectionCount }
        // Bash reads this also for the commands of a session; it holds every clean-up.
        try await server.server.exec(
            """
            set -e; touch /tmp/hold; rm -f /tmp/cleaning
            cat >/home/packer/.bashrc <<'END'
            rm() {
                touch /tmp/cleaning
                while [ -e /tmp/hold ]; do sleep 0.05; done
                command rm "$@"
            }
            END
            """
        )
        return proxy.connectionCount
    }

    /// Lets a build that was held go on.
    func release() async throws {
        guard phase == .cleaningUp else { return }
        try await server.server.exec("rm -f /tmp/hold")
    }

    /// Takes away what belongs to the stage, and what a build left that was not given time.
    ///
    /// - Parameter isThorough: Whether the build's own leftovers go, too.
    /// - Throws: What the engine says.
    func tidy(isThorough: Bool = false) async throws {
        // The command that looks for keys is the server's own affair.
        let command = "[s]leep \(pause)"
        try await server.server.exec("rm -f /tmp/hold /tmp/cleaning")
        if phase == .loggingIn {
            try await server.server.exec("pkill -KILL -f '\(command)'; exit 0")
        }
        guard isThorough else { return }
        try await server.server.exec("pkill -KILL -u packer; rm -rf /tmp/* /tmp/.[!.]*; exit 0")
    }

    /// The builder that gets to the phase.
    var builder: [String: Any] { fixture.builder(port: proxy.port) }

    /// The provisioner that gets to the phase, in which what runs may take no notice of TERM.
    func provisioner(isStubborn: Bool = false) -> [String: Any] {
        switch phase {
        case .uploading:
            return [
                "type": "file", "source": fixture.files["large"], "destination": Self.destination,
            ]
        case .draining:
            // Longer than any test, where the subject knows a limit.
            let more = row.subject == .packerSwift ? ["output_grace": "1h"] : [:]
            return row.script(["sleep \(pause) &", "echo \(Self.begun)"], more: more)
        case .connecting, .loggingIn, .cleaningUp:
            return row.script(["true"])
        case .running:
            let trap = isStubborn ? "trap '' TERM" : ":"
            return row.script([trap, "echo \(Self.begun)", "sleep \(pause)", "sleep \(pause)"])
        }
    }

    /// Returns once a build is in the phase that began when there were so many connections.
    func isReached(by running: RunningProgram, since connections: Int) async throws {
        let machine = server.server
        switch phase {
        case .connecting:
            try await eventually("a connection") { proxy.connectionCount > connections }
        case .loggingIn:
            try await eventually("the server looks for keys") {
                try await machine.runs("sleep \(pause)")
            }
        case .uploading:
            let half = Self.mebibytes << 19
            try await eventually("half of the file has passed", within: .seconds(60)) {
                proxy.passed(.toServer, sinceConnection: connections) > half
            }
        case .running:
            try await running.says(Self.begun)
        case .draining:
            try await running.says(Self.begun)
            try await eventually("the end of the script") {
                try await !machine.runs("script[.]sh")
            }
        case .cleaningUp:
            try await eventually("the clean-up begins") {
                try await machine.outcome(of: "test -e /tmp/cleaning").end == .exited(0)
            }
        }
    }
}
