import Communicator

/// Runs scripts for a POSIX shell on the far side and reads back what they report.
///
/// A script comes in over standard input, so that its length has no limit and the login shell, of
/// whatever kind, sees nothing but `exec sh -s`. What it reports stands between two random tokens:
/// what a login shell prints before does no harm, and a report without its end is no report.
struct FarShell: Sendable {
    let machine: any Communicator
    /// How long a shell may take until its script begins.
    var answerLimit = AnswerDeadline.usualLimit
    /// The longest report that is taken; a hostile machine may have no end.
    var longestReport = 128 << 20

    /// What a script reported.
    struct Report: Sendable {
        /// What was ended by a NUL each.
        var fields: [[UInt8]]
        /// What came before the report: something in the login shell's start-up files prints.
        var noise: [UInt8]

        /// A field as text, empty when it is not there.
        func text(_ index: Int) -> String {
            fields.indices.contains(index) ? String(decoding: fields[index], as: UTF8.self) : ""
        }
    }

    /// The most fields that a report may have; each takes more room here than on the way.
    static let mostFields = 2 * RemoteTree.maximumEntries
    /// How much of standard error is kept.
    static let longestMessage = 4_096

    /// Runs a script that may call `put WORD...` to report and `fail CODE TEXT` to give up, and set
    /// `at` to the path that it is about.
    ///
    /// - Throws: ``CommunicatorError`` about `path`: what `fail` said, or that the script could not
    ///   be run to its end.
    func run(
        _ script: [UInt8],
        _ operation: String,
        _ path: BytePath
    ) async throws -> Report {
        let token = Token()
        let text = Array(Self.prelude(token).utf8) + script + Array("\nfinish '' ''\n".utf8)
        let command = RemoteCmd(
            bytes: Array("exec sh -s".utf8),
            standardInput: .bytes(text),
            label: "a script of a file transfer"
        )
        let failure = CommandFailure(operation, path)
        let result: RemoteCmd.Result<([UInt8], [UInt8])>
        do {
            result = try await machine.run(command) { execution in
                try await listen(to: execution.output, token, failure)
            }
        } catch let passed as AnswerDeadline.Passed {
            throw failure.make(.deadlineExceeded, "the shell on the machine: \(passed)")
        }
        return try read(result.value.0, result.status, result.value.1, token, operation, path)
    }

    /// All that a script writes to its standard output, and the beginning of its standard error.
    private func listen(
        to output: RemoteCmd.Output,
        _ token: Token,
        _ failure: CommandFailure
    ) async throws -> ([UInt8], [UInt8]) {
        let deadline = AnswerDeadline(answerLimit)
        var chunks = output.makeAsyncIterator()
        var hasBegun = false
        var said: [UInt8] = []
        var message: [UInt8] = []
        while let chunk = try await hasBegun ? chunks.next() : deadline.next(output) {
            switch chunk {
            case .standardError(let bytes):
                message += bytes.prefix(Self.longestMessage - message.count)
            case .standardOutput(let bytes):
                let mayBegin = max(0, said.count - token.bytes.count)
                said += bytes
                hasBegun = hasBegun || token.position(in: said[mayBegin...]) != nil
            }
            guard said.count <= longestReport else {
                throw failure.make(.protocolViolation, "the machine's report has no end")
            }
        }
        return (said, message)
    }

    private func read(
        _ output: [UInt8],
        _ status: RemoteCmd.ExitStatus,
        _ message: [UInt8],
        _ token: Token,
        _ operation: String,
        _ path: BytePath
    ) throws -> Report {
        let parts = token.split(output)
        guard parts.count == 3 else {
            let detail = CommandFailure.detail(message, status)
            throw CommandFailure(operation, path).error(detail, status)
        }
        guard parts[1].count(where: { $0 == 0 }) <= Self.mostFields else {
            throw CommandFailure(operation, path)
                .make(.protocolViolation, "the machine reports over \(Self.mostFields) things")
        }
        let end = Self.fields(parts[2].prefix(Self.longestMessage))
        let code = end.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard code.isEmpty else {
            let detail = BytePath.display(end.count > 1 ? Array(end[1].prefix(1_024)) : [])
            let place = end.count > 2 && !end[2].isEmpty ? BytePath(bytes: end[2]) : path
            throw CommandFailure(operation, place).error(code: code, detail)
        }
        return Report(fields: Self.fields(parts[1]), noise: Array(parts[0]))
    }

    private static func fields(_ bytes: ArraySlice<UInt8>) -> [[UInt8]] {
        bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init)
    }

    private static func prelude(_ token: Token) -> String {
        """
        LC_ALL=C; export LC_ALL; set -f; umask 077; at=
        put() { printf '%s\\0' "$@"; }
        finish() { printf %s \(token.text); put "$1" "$2" "$at"; exit 0; }
        fail() { finish "$@"; }
        printf %s \(token.text)

        """
    }
}

/// A word of 128 random bits that marks a place in a stream.
struct Token: Sendable {
    let text: String
    let bytes: [UInt8]

    init() {
        text = "packer-" + RandomName.hex()
        bytes = Array(text.utf8)
    }

    /// Where the token begins at or after an index.
    func position(in stream: ArraySlice<UInt8>) -> Int? {
        var rest = stream
        while let start = rest.firstIndex(of: bytes[0]) {
            guard rest.endIndex - start >= bytes.count else { return nil }
            if rest[start..<start + bytes.count].elementsEqual(bytes) { return start }
            rest = rest[(start + 1)...]
        }
        return nil
    }

    /// What stands before, between and after the tokens.
    func split(_ stream: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var rest = stream[...]
        while let start = position(in: rest) {
            parts.append(rest[..<start])
            rest = rest[(start + bytes.count)...]
        }
        return parts + [rest]
    }
}

extension BytePath {
    /// The path as a word that no shell and no tool takes for anything else: quoted, and neither
    /// empty nor with a dash at its front.
    var shellWord: [UInt8] { ShellWord.quote(bytes: forCommands.bytes) }

    /// The path with a directory part, so that it cannot be taken for an option.
    var forCommands: BytePath {
        isAbsolute ? self : BytePath(bytes: [0x2E, 0x2F] + bytes)
    }
}
