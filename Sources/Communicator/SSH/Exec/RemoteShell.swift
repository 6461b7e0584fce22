internal import Communicator
internal import Deadlines

/// What a login shell was found to be.
enum RemoteShell: Sendable {
    /// It understands the wrapper of ``ProvenCommand``.
    case posix
    /// It does not, or there is none; what was found, as a clause.
    case foreign(String)

    /// How long a login shell may take to run nothing.
    private static let probeLimit: Duration = .seconds(30)
    /// How much of what it says instead is kept, for a reason to be found in it.
    private static let longestAnswer = 4_096
    /// How much of a line of it is shown.
    private static let longestQuote = 200

    /// Finds out whether the login shell understands the wrapper of ``ProvenCommand``.
    ///
    /// - Throws: ``CommunicatorError`` with code `.deadlineExceeded` for one that never ends.
    static func probe(
        _ connection: SSHConnection,
        outputGrace: Duration
    ) async throws -> RemoteShell {
        try await withDeadline(
            probeLimit,
            throwing: CommunicatorError(
                .deadlineExceeded,
                operation: "trying the login shell of",
                target: connection.target,
                detail: "'exit 7' was still running after \(probeLimit)"
            )
        ) { try await ask(connection, outputGrace: outputGrace) }
    }

    private static func ask(
        _ connection: SSHConnection,
        outputGrace: Duration
    ) async throws -> RemoteShell {
        let command = ProvenCommand(Array("exit 7".utf8))
        var marker = StartMarker(token: command.token)
        let channel = try await connection.openChannel(
            .exec(command.text),
            outputGrace: outputGrace
        )
        await connection.finishWriting(channel)
        var words: [UInt8] = []
        while let chunk = try await connection.nextOutput(channel) {
            switch chunk {
            case .standardError(let bytes): words += marker.filter(bytes)
            case .standardOutput(let bytes): words += bytes
            }
            words = Array(words.prefix(longestAnswer))
        }
        let end = try await connection.waitForEnd(channel)
        await connection.closeChannel(channel)
        if let failure = await connection.failure { throw failure }
        let status = command.judge(end.evidence, hasBegun: marker.isFound)
        if status != .exited(7), let line = demandForNewPassword(in: words) {
            throw CommunicatorError(
                .passwordExpired,
                operation: "running commands on",
                target: connection.target,
                detail: "the login was accepted, but the server runs nothing: \"\(shown(line))\""
            )
        }
        return status == .exited(7) ? .posix : .foreign(finding(status, words))
    }

    /// The line in which a server says that the user's password has expired.
    private static func demandForNewPassword(in words: [UInt8]) -> String? {
        String(decoding: words, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
            .first { line in ["password", "expired"].allSatisfy(line.lowercased().contains) }
    }

    private static func shown(_ line: String) -> String {
        BytePath.display(Array(line.utf8.prefix(longestQuote)))
    }

    private static func finding(_ status: RemoteCmd.ExitStatus, _ words: [UInt8]) -> String {
        let said = String(decoding: words, as: UTF8.self).split(whereSeparator: \.isNewline).first
        let quote = said.map { " and said \"\(shown(String($0)))\"" } ?? ""
        return "the login shell is no POSIX shell: it answered 'exit 7' with \(status)\(quote)"
    }
}
