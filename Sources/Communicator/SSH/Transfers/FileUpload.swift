import Communicator
import Deadlines
import SFTP

/// One file on its way to the far side.
struct FileUpload: Sendable {
    let transfer: SFTPTransfer
    let pace: TransferPace
    let path: BytePath
    let mode: UInt32
    /// Whether nothing can be at the path: it is in a directory that this transfer has just made.
    let isKnownAbsent: Bool
    /// Whether the bytes are forced to stable storage where the server can do that.
    let isDurable: Bool

    private var remote: RemoteFiles { transfer.remote }
    private var client: SFTPClient { transfer.client }
    private static let operation = "uploading to"

    /// Sends the content; afterwards it is whole at its path, or nothing has changed there.
    func send(_ content: UploadContent, _ options: TransferOptions) async throws {
        let target = try await transfer.reporting(Self.operation, path) { try await locate() }
        let temporary = target.path.temporarySibling()
        var unfinished = Unfinished(temporary: temporary)
        do {
            let file = try await remote.replace(target.path, target.previous, by: temporary)
            unfinished = Unfinished(handle: file.handle, temporary: file.temporary)
            if file.temporary == nil && !file.isSpecial {
                transfer.warnInPlace(file.destination, "the machine")
            }
            var meter = ProgressMeter(options, .upload, path, total: content.size)
            let sent = try await sendPieces(of: content, to: file, &meter)
            // From here on the server closes the file by itself, whatever happens to this task.
            try Task.checkCancellation()
            unfinished.handle = nil
            try await close(file, sent)
            try await rename(file, &unfinished)
            meter.finish(size: sent.size)
        } catch let error as SFTPError {
            let explained = await remote.explain(error, Self.operation, target.path)
            await cleanUp(unfinished)
            throw explained
        } catch {
            await cleanUp(unfinished)
            throw error
        }
    }

    private func locate() async throws -> (path: BytePath, previous: SFTPAttributes?) {
        guard !isKnownAbsent else { return (path, nil) }
        let target = try await remote.destination(of: path)
        guard target.previous?.kind != .directory else {
            throw CommunicatorError(
                .isDirectory,
                operation: Self.operation,
                target: "\(path)",
                detail: "it is a directory on the machine"
            )
        }
        return target
    }

    /// What was sent: the size, and a last write that shares a batch with the closing.
    private struct Sent {
        var size: UInt64
        var written: UInt64
        var last: UploadContent.Piece?
    }

    private func sendPieces(
        of source: UploadContent,
        to file: RemoteReplacement,
        _ meter: inout ProgressMeter
    ) async throws -> Sent {
        var content = source
        if file.isSpecial { content.fillHoles() }
        let length = pace.writeLength(for: file.handle)
        let window = file.isSequential ? 1 : pace.writes
        var sent = Sent(size: 0, written: 0)
        sent.last = try await content.next(length)
        // The group's body must not hold an inout parameter across its suspensions.
        var progress = meter
        defer { meter = progress }
        try await withThrowingTaskGroup(of: Int.self) { group in
            var inFlight = 0
            while let piece = sent.last, let following = try await content.next(length) {
                sent.last = following
                if inFlight == window, let count = try await group.next() {
                    progress.advance(by: UInt64(count))
                    inFlight -= 1
                }
                sent.written = piece.offset + UInt64(piece.bytes.count)
                group.addTask { try await write(piece, to: file.handle) }
                inFlight += 1
            }
            while let count = try await group.next() { progress.advance(by: UInt64(count)) }
        }
        sent.size = try await content.finish()
        if let last = sent.last { sent.written = last.offset + UInt64(last.bytes.count) }
        return sent
    }

    private func write(_ piece: UploadContent.Piece, to handle: SFTPHandle) async throws -> Int {
        let request = SFTPRequest.write(handle, offset: piece.offset, data: piece.bytes)
        try RemoteFiles.check(await client.request(request))
        return piece.bytes.count
    }

    private func close(_ file: RemoteReplacement, _ sent: Sent) async throws {
        var requests: [SFTPRequest] = []
        var optional: Set<Int> = []
        if let last = sent.last {
            requests.append(.write(file.handle, offset: last.offset, data: last.bytes))
        }
        if !file.isSpecial {
            if let owner = file.previous?.owner, file.temporary != nil {
                optional.insert(requests.count)
                requests.append(.fsetstat(file.handle, SFTPAttributes(owner: owner)))
            }
            if sent.written < sent.size {
                requests.append(.fsetstat(file.handle, SFTPAttributes(size: sent.size)))
            }
            // A file of another user, or of the kernel, that is written in place keeps its mode.
            if file.temporary == nil { optional.formUnion(requests.count...requests.count + 2) }
            requests.append(.fsetstat(file.handle, SFTPAttributes(permissions: mode)))
            requests.append(.fstat(file.handle))
            if isDurable && client.extensions.contains(.fsync) {
                requests.append(.fsync(file.handle))
            }
        }
        optional.remove(requests.count)
        requests.append(.close(file.handle))
        let replies = try await client.request(batch: requests)
        for (index, reply) in replies.enumerated() where !optional.contains(index) {
            if case .attributes(let attributes) = reply {
                try checkSize(attributes.size, sent.size)
            } else {
                try RemoteFiles.check(reply)
            }
        }
    }

    private func rename(
        _ file: RemoteReplacement,
        _ unfinished: inout Unfinished
    ) async throws {
        guard let temporary = file.temporary else { return }
        let failure = try await remote.rename(
            temporary,
            to: file.destination,
            replacing: file.previous != nil
        )
        guard let failure else { return }
        // The only copy there is must not be removed.
        unfinished.temporary = nil
        var error = failure.communicatorError(Self.operation, file.destination)
        error.remedy = "The whole file is on the machine as \(temporary); rename it."
        throw error
    }

    private func checkSize(_ found: UInt64?, _ expected: UInt64) throws {
        guard let found, found != expected else { return }
        throw CommunicatorError(
            .transferFailed,
            operation: Self.operation,
            target: "\(path)",
            detail: "\(expected) bytes were sent and \(found) arrived"
        )
    }
}

extension FileUpload {
    /// What a failure must undo on the far side.
    private struct Unfinished: Sendable {
        var handle: SFTPHandle?
        var temporary: BytePath?
    }

    /// How long the removal of what is left may take in all.
    private static let cleanUpLimit: Duration = .seconds(10)

    /// Closes and removes what is left, in a task that is not cancelled, in at most 10 seconds; over
    /// another connection when this one is lost.
    private func cleanUp(_ unfinished: Unfinished) async {
        guard unfinished.handle != nil || unfinished.temporary != nil else { return }
        let removal = Task {
            try await withDeadline(
                Self.cleanUpLimit,
                throwing: SFTPError.deadlineExceeded(Self.cleanUpLimit)
            ) {
                do {
                    try await Self.remove(unfinished, over: client)
                } catch let error as SFTPError {
                    if case .status = error { throw error }
                    guard let temporary = unfinished.temporary, let another = transfer.another
                    else { throw error }
                    // The server has closed what the lost connection had open.
                    try await another {
                        try await Self.remove(Unfinished(temporary: temporary), over: $0)
                    }
                }
            }
        }
        if case .failure(let error) = await removal.result, let temporary = unfinished.temporary {
            transfer.warn("\(temporary) may be left on the machine: \(error)")
        }
    }

    private static func remove(_ unfinished: Unfinished, over client: SFTPClient) async throws {
        var requests = unfinished.handle.map { [SFTPRequest.close($0)] } ?? []
        if let temporary = unfinished.temporary { requests.append(.remove(path: temporary.bytes)) }
        let replies = try await client.request(batch: requests)
        // A file that was never made needs no removal.
        if unfinished.temporary != nil, case .status(let status)? = replies.last,
            status.code != .ok, status.code != .noSuchFile
        {
            throw SFTPError.status(status)
        }
    }
}
