internal import Communicator
internal import Deadlines

/// What a login shell was found to be.
enum RemoteShell: Sendable {
    /// It understands the wrapper of ``ProvenCommand``.
    case posix
    /// It does not, but starts `/bin/sh`, which does; see ``TranslatedCommand``.
    case translated
    /// It does neither; what was found, as a clause.
    case foreign(String)
    /// There is none: whatever is asked for, the answer is the same. What was found, as a clause.
    case absent(String)

    /// How long a login shell may take to run nothing.
    private static let probeLimit: Duration = .seconds(30)
    /// How often a login shell is tried whose answer may have been lost.
    private static let mostTries = 3
    /// How much a login shell may print before it runs nothing.
    private static let mostNoise = 1 << 20

    /// The text to be executed, for a script that a POSIX shell understands.
    ///
    /// - Throws: ``CommunicatorError`` with code `.commandNotStarted` for one that is too long.
    func text(of script: [UInt8], target: String) throws -> [UInt8] {
        guard case .translated = self else { return script }
        let text = TranslatedCommand.text(script)
        guard text.count <= TranslatedCommand.longestText else {
            throw CommunicatorError(
                .commandNotStarted,
                operation: "starting a command on",
                target: target,
                detail: """
                    the login shell is no POSIX shell, and for it the command takes \(text.count) \
                    bytes, of which Linux takes \(TranslatedCommand.longestText) (MAX_ARG_STRLEN)
                    """,
                remedy: "Upload a script and run that, or give the user a POSIX login shell."
            )
        }
        return text
    }

    /// Why commands are not to be run, and what to do.
    ///
    /// It is `nil` where they can be run; `provesStatus` says whether the library tells an exit
    /// status 0 from none.
    func refusal(provesStatus: Bool) -> (detail: String, remedy: String)? {
        switch self {
        case .posix, .translated: nil
        case .foreign(let finding):
            provesStatus
                ? nil
                : (
                    "\(finding). A success of it could not be told from a lost connection",
                    "Give the user a POSIX login shell such as /bin/sh, or log in as another."
                )
        case .absent(let finding):
            (
                finding,
                """
                Give the user a login shell such as /bin/sh and no forced command (ForceCommand, \
                command= in authorized_keys), or log in as another.
                """
            )
        }
    }

    /// Finds out whether the login shell understands the wrapper of ``ProvenCommand``, or starts a
    /// shell that does.
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
                detail: "'exit 7' was still running after \(probeLimit)",
                remedy: """
                    Find out what the user's login shell, its start-up files or a forced command \
                    (ForceCommand, command= in authorized_keys) wait for.
                    """
            )
        ) { try await find(connection, outputGrace) }
    }

    private static func find(
        _ connection: SSHConnection,
        _ outputGrace: Duration
    ) async throws -> RemoteShell {
        let plain = try await answer(of: .posix, connection, outputGrace)
        if plain.isProof { return .posix }
        if let line = plain.demandForNewPassword {
            throw CommunicatorError(
                .passwordExpired,
                operation: "running commands on",
                target: connection.target,
                detail: "the login was accepted, but the server runs nothing: \"\(line)\""
            )
        }
        if plain.isEndless { return .absent("'exit 7' was answered with \(plain)") }
        let translated = try await answer(of: .translated, connection, outputGrace)
        if translated.isProof { return .translated }
        return plain.isLike(translated)
            ? .absent(
                """
                no command is run for this user: 'exit 7' and 'exec /bin/sh' were answered alike, \
                with \(plain)
                """
            )
            : .foreign(
                """
                the login shell is no POSIX shell or a restricted one, and starts none: it answered \
                'exit 7' with \(plain), and 'exec /bin/sh' with \(translated)
                """
            )
    }

    /// A server may end a session without a status (`ChannelTimeout`), which says nothing of a shell.
    private static func answer(
        of shell: RemoteShell,
        _ connection: SSHConnection,
        _ outputGrace: Duration
    ) async throws -> ShellAnswer {
        for _ in 1..<mostTries {
            let answer = try await ask(shell, connection, outputGrace)
            if !answer.mayBeLost { return answer }
        }
        return try await ask(shell, connection, outputGrace)
    }

    private static func ask(
        _ shell: RemoteShell,
        _ connection: SSHConnection,
        _ outputGrace: Duration
    ) async throws -> ShellAnswer {
        let command = ProvenCommand(Array("exit 7".utf8))
        var marker = StartMarker(token: command.token)
        let text = try shell.text(of: command.text, target: connection.target)
        let channel = try await open(.exec(text), on: connection, outputGrace)
        await connection.finishWriting(channel)
        var words: [UInt8] = []
        var count = 0
        while count <= mostNoise, let chunk = try await connection.nextOutput(channel) {
            let bytes =
                switch chunk {
                case .standardError(let bytes): marker.filter(bytes)
                case .standardOutput(let bytes): bytes
                }
            count += bytes.count
            words += bytes.prefix(ShellAnswer.longest - words.count)
        }
        guard count <= mostNoise else {
            await connection.closeChannel(channel)
            return ShellAnswer(words: words, end: nil)
        }
        let end = try await connection.waitForEnd(channel)
        await connection.closeChannel(channel)
        if let failure = await connection.failure { throw failure }
        let status = command.judge(end.evidence, hasBegun: marker.isFound)
        return ShellAnswer(words: words, end: (end.evidence, status, marker.isFound))
    }

    /// The server frees the place of the session before only once it has reaped its process.
    private static func open(
        _ request: ChannelRequest,
        on connection: SSHConnection,
        _ outputGrace: Duration
    ) async throws -> Int {
        for pause in 0..<6 {
            do {
                return try await connection.openChannel(request, outputGrace: outputGrace)
            } catch let refusal as ChannelNotOpened where refusal.cause.code == .channelRefused {
                try await Task.sleep(for: .milliseconds(50 << pause), clock: .continuous)
            }
        }
        return try await connection.openChannel(request, outputGrace: outputGrace)
    }
}
