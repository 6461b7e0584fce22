import Communicator
import Testing

/// A machine behind a communicator, with a directory there that is this test's own.
struct FarSide: Sendable {
    /// What a command did.
    struct Outcome: Sendable {
        var status: RemoteCmd.ExitStatus
        var output: [UInt8]
        var error: [UInt8]

        /// The output as text.
        var text: String { String(decoding: output, as: UTF8.self) }
    }

    struct Failure: Error {
        let command: String
        let outcome: Outcome
    }

    let communicator: any Communicator
    /// The directory, without a slash at its end.
    let directory: String

    init(_ communicator: any Communicator) async throws {
        self.communicator = communicator
        let made = try await Self.run(
            RemoteCmd("umask 022; d=$(mktemp -d) && chmod 755 \"$d\" && printf %s \"$d\""),
            communicator
        )
        self.directory = made.text
    }

    /// The path of an entry of the directory.
    subscript(_ name: String) -> String { "\(directory)/\(name)" }

    /// Runs a command to its end, whatever that is.
    func outcome(of command: RemoteCmd) async throws -> Outcome {
        try await Self.run(command, communicator)
    }

    /// Runs shell text in the directory and gives its output; a status other than 0 is a failure.
    @discardableResult
    func shell(_ text: String) async throws -> String {
        let command = "cd \(ShellWord.quote(directory)) || exit 99\n\(text)"
        let outcome = try await outcome(of: RemoteCmd(command))
        guard outcome.status.isSuccess else { throw Failure(command: text, outcome: outcome) }
        return outcome.text
    }

    /// The bytes of a file in the directory, read by a command.
    func bytes(_ name: String) async throws -> [UInt8] {
        let command = RemoteCmd("exec cat -- \(ShellWord.quote(self[name]))")
        let outcome = try await outcome(of: command)
        guard outcome.status.isSuccess else { throw Failure(command: name, outcome: outcome) }
        return outcome.output
    }

    /// All names in the directory and below, hidden ones too, as `find` prints them.
    func listing() async throws -> [String] {
        try await shell("find . -mindepth 1 | LC_ALL=C sort").split(separator: "\n").map(
            String.init
        )
    }

    /// The permission bits of an entry in octal.
    func mode(_ name: String) async throws -> String {
        try await shell("stat -c %a -- \(ShellWord.quote(name))").trimmed
    }

    /// Whether a process that printed its number still runs.
    func isRunning(_ process: String) async throws -> Bool {
        // A zombie has ended; only whoever started it may collect it.
        let state = try await outcome(
            of: RemoteCmd("sed 's/.*) //; s/ .*//' /proc/\(process)/stat")
        )
        return state.status.isSuccess && state.text.trimmed != "Z"
    }

    func remove() async throws {
        let command = RemoteCmd("rm -rf -- \(ShellWord.quote(directory))")
        _ = try await Self.run(command, communicator)
    }

    private static func run(
        _ command: RemoteCmd,
        _ communicator: any Communicator
    ) async throws -> Outcome {
        let result = try await communicator.run(command) { execution in
            var output: [UInt8] = []
            var error: [UInt8] = []
            for try await chunk in execution.output {
                switch chunk {
                case .standardOutput(let bytes): output += bytes
                case .standardError(let bytes): error += bytes
                }
            }
            return (output, error)
        }
        return Outcome(status: result.status, output: result.value.0, error: result.value.1)
    }
}

extension String {
    var trimmed: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

/// What a communicator threw; fails the test when it threw nothing, or something else.
func communicatorError(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async throws -> CommunicatorError {
    do {
        try await body()
    } catch let error as CommunicatorError {
        return error
    }
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    throw CancellationError()
}
