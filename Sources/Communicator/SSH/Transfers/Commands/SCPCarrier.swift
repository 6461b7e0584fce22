import Communicator

/// Moves bytes with the far side's `scp`, in the protocol that it had before SFTP.
///
/// Names of files never travel in it: an upload names the file in the command or numbers files in a
/// directory of their own, a download knows which file comes next. So no name can be misread, and
/// none that the far side sends is used.
struct SCPCarrier: FileCarrier {
    let machine: any Communicator
    var answerLimit = AnswerDeadline.usualLimit
    var needsSize: Bool { true }

    private static let pieceLength = 1 << 16
    /// How long the quoted names in one command may be; a request of SSH has 32 KiB at least.
    private static let commandLength = 6_000

    func send(
        _ content: UploadContent,
        to path: BytePath,
        _ meter: inout ProgressMeter
    ) async throws -> UInt64 {
        var size: UInt64 = 0
        try await talk(Array("-t ".utf8) + path.shellWord, TransferOperation.upload, { path }) {
            try await $0.waitUntilReady()
            size = try await Self.send(content, named: "0", &$0, &meter)
            try await $0.finish()
        }
        return size
    }

    func send(
        count: Int,
        into directory: BytePath,
        open: @escaping @Sendable (Int) async throws -> UploadContent,
        sent: @escaping @Sendable (Int, UInt64) -> Void
    ) async throws -> [UInt64] {
        var sizes: [UInt64] = []
        let arguments = Array("-t ".utf8) + directory.shellWord
        try await talk(arguments, TransferOperation.upload, { directory }) {
            try await $0.waitUntilReady()
            for number in 0..<count {
                let content = try await open(number)
                var meter = ProgressMeter(TransferOptions(), .upload, directory, total: nil)
                let size = try await Self.send(content, named: "\(number)", &$0, &meter)
                sizes.append(size)
                sent(number, size)
            }
            try await $0.finish()
        }
        return sizes
    }

    private static func send(
        _ source: UploadContent,
        named name: String,
        _ conversation: inout SCPConversation,
        _ meter: inout ProgressMeter
    ) async throws -> UInt64 {
        var content = source
        content.fillHoles()
        guard let size = content.size else {
            preconditionFailure("a stream is given a size before it is sent")
        }
        try await conversation.send(Array("C0600 \(size) \(name)\n".utf8))
        try await conversation.waitUntilReady()
        while let piece = try await content.next(pieceLength) {
            try Task.checkCancellation()
            try await conversation.send(piece.bytes)
            meter.advance(by: UInt64(piece.bytes.count))
        }
        let sent = try await content.finish()
        // Without this byte, and without the answer to it, a full disk goes unseen.
        try await conversation.acknowledge()
        try await conversation.waitUntilReady()
        return sent
    }

    func fetch(_ paths: [BytePath], into receiver: inout some FileReceiver) async throws {
        var start = 0
        while start < paths.count {
            var names: [UInt8] = []
            var end = start
            while end < paths.count, end == start || names.count < Self.commandLength {
                names += [0x20] + paths[end].shellWord
                end += 1
            }
            try await fetch(paths[start..<end], names, &receiver)
            start = end
        }
    }

    private func fetch(
        _ paths: ArraySlice<BytePath>,
        _ names: [UInt8],
        _ receiver: inout some FileReceiver
    ) async throws {
        var current = paths.first ?? BytePath("")
        let arguments = Array("-f".utf8) + names
        try await talk(arguments, TransferOperation.download, { current }) {
            for path in paths {
                current = path
                try await $0.acknowledge()
                let size = try await Self.sizeOfNext(named: path, &$0)
                try await $0.acknowledge()
                var missing = size
                while missing > 0 {
                    let bytes = try await $0.bytes(upTo: missing)
                    try await receiver.receive(bytes)
                    missing -= UInt64(bytes.count)
                }
                // More bytes than said are no agreement.
                try await $0.waitUntilReady()
                try await receiver.finishFile()
            }
            try await $0.acknowledge()
            try await $0.finish()
        }
    }

    private static func sizeOfNext(
        named path: BytePath,
        _ conversation: inout SCPConversation
    ) async throws -> UInt64 {
        guard case .file(_, let size, let name) = try await conversation.next() else {
            throw SCPConversation.Failure.violation("it did not send the file it was asked for")
        }
        // OpenSSH rewrites a name with a newline, in a way that cannot be read back.
        guard name == path.name || path.name.contains(0x0A) else {
            let shown = BytePath.display(Array(name.prefix(200)))
            throw SCPConversation.Failure.violation(
                "it sent \"\(shown)\" instead of the file it was asked for"
            )
        }
        return size
    }

    /// Runs `scp` and talks with it; gives errors the path that was being worked on.
    private func talk(
        _ arguments: [UInt8],
        _ operation: String,
        _ path: () -> BytePath,
        _ body: (inout SCPConversation) async throws -> Void
    ) async throws {
        let command = RemoteCmd(
            bytes: Array("exec env LC_ALL=C scp ".utf8) + arguments,
            standardInput: .body,
            label: "scp for a file transfer"
        )
        let result = try await machine.run(command) { execution -> [UInt8]? in
            var conversation = SCPConversation(execution, answerLimit: answerLimit)
            do {
                try await body(&conversation)
            } catch SCPConversation.Failure.ended(let message) {
                return message
            } catch let passed as AnswerDeadline.Passed {
                let detail = "scp on the machine: \(passed)"
                throw CommandFailure(operation, path()).make(.deadlineExceeded, detail)
            } catch let failure as SCPConversation.Failure {
                throw Self.error(failure, CommandFailure(operation, path()))
            }
            return nil
        }
        guard result.value != nil || result.status != .exited(0) else { return }
        let detail = CommandFailure.detail(result.value ?? [], result.status)
        throw CommandFailure(operation, path()).error(detail, result.status)
    }

    private static func error(
        _ failure: SCPConversation.Failure,
        _ context: CommandFailure
    ) -> CommunicatorError {
        switch failure {
        case .refused(let words):
            return context.error(code: "", CommandFailure.text(words))
        case .violation(let found):
            var error = context.make(
                .protocolViolation,
                "scp on the machine broke the protocol: \(found)"
            )
            error.remedy =
                "If this is what the user's login shell prints, have it print nothing where there "
                + "is no terminal; else the machine is faulty or hostile."
            return error
        case .ended(let message):
            return context.make(.disconnected, CommandFailure.text(message))
        }
    }
}
