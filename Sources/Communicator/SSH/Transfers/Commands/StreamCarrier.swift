import Communicator

/// Moves bytes through the standard streams of `cat`, and of `tar` where that is there.
struct StreamCarrier: FileCarrier {
    let machine: any Communicator
    var answerLimit = AnswerDeadline.usualLimit
    var needsSize: Bool { false }

    private static let pieceLength = 1 << 16

    func send(
        _ content: UploadContent,
        to path: BytePath,
        _ meter: inout ProgressMeter
    ) async throws -> UInt64 {
        let command = Array("exec env LC_ALL=C cat >".utf8) + path.shellWord
        let progress = meter
        let (size, reached) = try await feed(command, path) { execution in
            var (content, progress) = (content, progress)
            content.fillHoles()
            while let piece = try await content.next(Self.pieceLength) {
                try Task.checkCancellation()
                try await execution.write(piece.bytes)
                progress.advance(by: UInt64(piece.bytes.count))
            }
            return (try await content.finish(), progress)
        }
        meter = reached
        return size
    }

    func send(
        count: Int,
        into directory: BytePath,
        open: @escaping @Sendable (Int) async throws -> UploadContent,
        sent: @escaping @Sendable (Int, UInt64) -> Void
    ) async throws -> [UInt64] {
        do {
            return try await sendArchive(count, directory, open, sent)
        } catch let error as CommunicatorError where error.code == .unsupported {
            return try await sendOneByOne(count, directory, open, sent)
        }
    }

    private func sendArchive(
        _ count: Int,
        _ directory: BytePath,
        _ open: @escaping @Sendable (Int) async throws -> UploadContent,
        _ sent: @escaping @Sendable (Int, UInt64) -> Void
    ) async throws -> [UInt64] {
        let command = Array("exec env LC_ALL=C tar -xf - -C ".utf8) + directory.shellWord
        return try await feed(command, directory) { execution in
            var sizes: [UInt64] = []
            for number in 0..<count {
                var content = try await open(number)
                content.fillHoles()
                let size = content.size ?? 0
                try await execution.write(TarHeader.file("\(number)", size: size))
                while let piece = try await content.next(Self.pieceLength) {
                    try Task.checkCancellation()
                    try await execution.write(piece.bytes)
                }
                _ = try await content.finish()
                try await execution.write(TarHeader.padding(size: size))
                sizes.append(size)
                sent(number, size)
            }
            try await execution.write(TarHeader.end)
            return sizes
        }
    }

    private func sendOneByOne(
        _ count: Int,
        _ directory: BytePath,
        _ open: @escaping @Sendable (Int) async throws -> UploadContent,
        _ sent: @escaping @Sendable (Int, UInt64) -> Void
    ) async throws -> [UInt64] {
        var sizes: [UInt64] = []
        for number in 0..<count {
            let path = directory.appending(Array("\(number)".utf8))
            var meter = ProgressMeter(TransferOptions(), .upload, path, total: nil)
            let size = try await send(await open(number), to: path, &meter)
            sizes.append(size)
            sent(number, size)
        }
        return sizes
    }

    /// Writes to a command until all is written or the command has ended.
    private func feed<Value: Sendable>(
        _ text: [UInt8],
        _ path: BytePath,
        _ write: @escaping @Sendable (RemoteCmd.Execution) async throws -> Value
    ) async throws -> Value {
        let command = RemoteCmd(bytes: text, standardInput: .body, label: "writing \(path)")
        let result = try await machine.run(command) { execution in
            try await withThrowingTaskGroup(of: Progress<Value>.self) { group in
                group.addTask {
                    let value = try await write(execution)
                    try await execution.finishInput()
                    return .written(value)
                }
                group.addTask { .ended(try await Self.message(of: execution)) }
                return try await Self.outcome(of: &group)
            }
        }
        let (written, message) = result.value
        guard let written, result.status == .exited(0) else {
            try Task.checkCancellation()
            let detail = CommandFailure.detail(message, result.status)
            throw CommandFailure(TransferOperation.upload, path).error(detail, result.status)
        }
        return written
    }

    private static func outcome<Value: Sendable>(
        of group: inout ThrowingTaskGroup<Progress<Value>, any Error>
    ) async throws -> (Value?, [UInt8]) {
        var written: Value?
        var message: [UInt8]?
        while true {
            do {
                guard let event = try await group.next() else { break }
                switch event {
                case .written(let value): written = value
                case .ended(let text):
                    message = text
                    // A command that has ended takes no more, and an endless source has more.
                    group.cancelAll()
                }
            } catch {
                guard message != nil else { throw error }
            }
        }
        return (written, message ?? [])
    }

    private enum Progress<Value: Sendable>: Sendable {
        case written(Value)
        case ended([UInt8])
    }

    private static func message(of execution: RemoteCmd.Execution) async throws -> [UInt8] {
        var message: [UInt8] = []
        for try await case .standardError(let bytes) in execution.output {
            message += bytes.prefix(FarShell.longestMessage - message.count)
        }
        return message
    }

    // MARK: Fetching

    func fetch(_ paths: [BytePath], into receiver: inout some FileReceiver) async throws {
        let token = Token()
        // What has no end yet is told from what ended by the token after each file.
        var script = Array("LC_ALL=C; export LC_ALL\nt=\(token.text); printf %s $t\n".utf8)
        script += Array("g() { cat \"$1\" </dev/null || exit 1; printf %s $t; }\n".utf8)
        for path in paths {
            script += Array("g ".utf8) + path.shellWord + [0x0A]
        }
        script += Array("exit 0\n".utf8)
        let command = RemoteCmd(
            bytes: Array("exec sh -s".utf8),
            standardInput: .bytes(script),
            label: "reading files"
        )
        var done = 0
        let result = try await machine.run(command) { execution in
            var stream = TokenStream(token)
            var message: [UInt8] = []
            var chunks = execution.output.makeAsyncIterator()
            let deadline = AnswerDeadline(answerLimit)
            while let chunk = try await stream.hasBegun
                ? chunks.next() : Self.first(of: execution.output, deadline, paths)
            {
                switch chunk {
                case .standardError(let bytes):
                    message += bytes.prefix(FarShell.longestMessage - message.count)
                case .standardOutput(let bytes):
                    for event in stream.take(bytes) {
                        guard done < paths.count else { throw Self.violation(paths) }
                        switch event {
                        case .bytes(let bytes): try await receiver.receive(bytes)
                        case .end:
                            done += 1
                            try await receiver.finishFile()
                        }
                    }
                }
            }
            return message
        }
        guard done < paths.count else { return }
        let detail = CommandFailure.detail(result.value, result.status)
        throw CommandFailure(TransferOperation.download, paths[done]).error(detail, result.status)
    }

    private static func first(
        of output: RemoteCmd.Output,
        _ deadline: AnswerDeadline,
        _ paths: [BytePath]
    ) async throws -> RemoteCmd.OutputChunk? {
        do {
            return try await deadline.next(output)
        } catch let passed as AnswerDeadline.Passed {
            throw CommandFailure(TransferOperation.download, paths.first ?? BytePath(""))
                .make(.deadlineExceeded, "the shell on the machine: \(passed)")
        }
    }

    private static func violation(_ paths: [BytePath]) -> CommunicatorError {
        CommandFailure(TransferOperation.download, paths.last ?? BytePath(""))
            .make(.protocolViolation, "the machine sent more than it was asked for")
    }
}

/// Takes apart a stream in which a token begins the first file and ends each.
struct TokenStream {
    enum Event: Equatable {
        case bytes([UInt8])
        case end
    }

    private let token: Token
    private var held: [UInt8] = []
    private(set) var hasBegun = false

    init(_ token: Token) {
        self.token = token
    }

    mutating func take(_ bytes: [UInt8]) -> [Event] {
        var events: [Event] = []
        let stream = held.isEmpty ? bytes : held + bytes
        var rest = stream[...]
        while let start = token.position(in: rest) {
            if hasBegun {
                if start > rest.startIndex { events.append(.bytes(Array(rest[..<start]))) }
                events.append(.end)
            }
            hasBegun = true
            rest = rest[(start + token.bytes.count)...]
        }
        let kept = rest.suffix(token.bytes.count - 1)
        // Only what can be the beginning of the token is held back.
        let tail =
            kept.indices.first { token.bytes.starts(with: kept[$0...]) } ?? rest.endIndex
        if hasBegun && tail > rest.startIndex { events.append(.bytes(Array(rest[..<tail]))) }
        held = Array(rest[tail...])
        return events
    }
}
