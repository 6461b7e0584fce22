import Communicator
import SFTP

/// One file on its way from the far side.
struct FileDownload: Sendable {
    let transfer: SFTPTransfer
    let pace: TransferPace
    let path: BytePath

    /// Where the bytes go.
    enum Destination: Sendable {
        case file(AtomicLocalFile, FileQueue)
        case sink(any ByteSink)

        /// Whether it takes bytes only in order.
        var isSequential: Bool {
            switch self {
            case .file(let file, _): file.isSequential
            case .sink: true
            }
        }

        func write(_ bytes: [UInt8], at offset: UInt64) async throws {
            switch self {
            case .file(let file, let queue):
                try await queue.run { try file.writeLeavingHole(bytes, at: offset) }
            case .sink(let sink):
                try await sink.write(bytes)
            }
        }
    }

    private static let operation = "downloading"

    /// The size of the file; refuses what is not a file, without opening it.
    func checkedSize() async throws -> UInt64 {
        guard let found = try await transfer.remote.attributes(of: path, following: true) else {
            throw SFTPError.status(SFTPStatus(.noSuchFile, message: "No such file"))
        }
        switch found.kind {
        case .regular, .device:
            return found.size ?? 0
        case .directory:
            throw refused(.isDirectory, "it is a directory on the machine")
        case .fifo, .socket, .symbolicLink:
            // The server would wait for a writer, and with it all other transfers.
            throw refused(.transferFailed, "it is \(found.kind.name) on the machine")
        }
    }

    /// Brings all bytes up to the end of the file and gives their number.
    ///
    /// `size` is what the server said; the file may be longer, as those of `/proc` are.
    func fetch(
        size: UInt64,
        into destination: Destination,
        _ options: TransferOptions
    ) async throws -> UInt64 {
        try await transfer.reporting(Self.operation, path) {
            let handle = try await transfer.remote.open(path, .read)
            var meter = ProgressMeter(options, .download, path, total: size > 0 ? size : nil)
            var end: UInt64
            do {
                end = try await fetch(known: size, handle, destination, &meter)
                if end == size { end = try await fetchRest(from: end, handle, destination, &meter) }
                if end < size { try await checkNotShrunk(handle, size, end) }
            } catch {
                await transfer.client.closeWithoutWaiting(handle)
                throw error
            }
            await transfer.client.closeWithoutWaiting(handle)
            meter.finish(size: end)
            return end
        }
    }

    /// Brings a small file in two round trips, or `nil` when it is not as small as was said.
    func fetchSmall(size: UInt64) async throws -> [UInt8]? {
        guard size <= UInt64(pace.readLength) else { return nil }
        return try await transfer.reporting(Self.operation, path) {
            let handle = try await transfer.remote.open(path, .read)
            // Only a refused read behind the last byte proves that it was the last.
            let probe = SFTPRequest.read(handle, offset: size, length: 1)
            let all = SFTPRequest.read(handle, offset: 0, length: UInt32(size))
            let requests = (size > 0 ? [all] : []) + [probe, .close(handle)]
            let replies = try await transfer.client.request(batch: requests)
            try replies.last.map(RemoteFiles.check)
            guard case .status(let status) = replies[requests.count - 2],
                status.code == .endOfFile
            else { return nil }
            guard size > 0 else { return [] }
            guard case .data(let bytes) = replies[0], bytes.count == Int(size) else { return nil }
            return bytes
        }
    }

    /// Part of a file as it came; shorter than asked for only where the file ends.
    private struct Piece: Sendable {
        var offset: UInt64
        var bytes: [UInt8]
        var count: Int
        var isEnd: Bool
        /// The most bytes that one reply brought.
        var longestReply: Int
    }

    /// Fetches what the server said is there; gives where the file ended, at most `size`.
    private func fetch(
        known size: UInt64,
        _ handle: SFTPHandle,
        _ destination: Destination,
        _ meter: inout ProgressMeter
    ) async throws -> UInt64 {
        var progress = meter
        defer { meter = progress }
        return try await withThrowingTaskGroup(of: Piece.self) { group in
            var length = pace.readLength
            var position: UInt64 = 0
            var end = size
            var inFlight = 0
            var order = Reordering()
            while inFlight > 0 || position < end {
                // What waits for an earlier piece takes memory too, and a server may hold one back.
                if position < end && inFlight + order.count < pace.reads {
                    let (offset, count) = (position, Int(min(UInt64(length), end - position)))
                    group.addTask {
                        try await fetchPiece(offset, count, handle, destination)
                    }
                    position += UInt64(count)
                    inFlight += 1
                    continue
                }
                guard let piece = try await group.next() else { break }
                inFlight -= 1
                progress.advance(by: UInt64(piece.count))
                if piece.isEnd { end = min(end, piece.offset + UInt64(piece.count)) }
                // A server that sends less than it was asked for is asked for less.
                if !piece.isEnd { length = min(length, max(4096, piece.longestReply)) }
                guard destination.isSequential else { continue }
                for bytes in order.take(piece.bytes, at: piece.offset) {
                    try await destination.write(bytes, at: 0)
                }
            }
            return end
        }
    }

    private func fetchPiece(
        _ offset: UInt64,
        _ count: Int,
        _ handle: SFTPHandle,
        _ destination: Destination
    ) async throws -> Piece {
        var piece = Piece(offset: offset, bytes: [], count: 0, isEnd: false, longestReply: 0)
        while piece.count < count {
            let place = offset + UInt64(piece.count)
            guard let more = try await read(handle, place, count - piece.count) else {
                piece.isEnd = true
                break
            }
            piece.longestReply = max(piece.longestReply, more.count)
            piece.count += more.count
            if destination.isSequential {
                piece.bytes = piece.bytes.isEmpty ? more : piece.bytes + more
            } else {
                try await destination.write(more, at: place)
            }
        }
        return piece
    }

    /// Fetches what lies behind the size that the server said, one piece after the other.
    private func fetchRest(
        from start: UInt64,
        _ handle: SFTPHandle,
        _ destination: Destination,
        _ meter: inout ProgressMeter
    ) async throws -> UInt64 {
        var position = start
        while let bytes = try await read(handle, position, pace.readLength) {
            try await destination.write(bytes, at: position)
            position += UInt64(bytes.count)
            meter.advance(by: UInt64(bytes.count))
        }
        return position
    }

    private func read(
        _ handle: SFTPHandle,
        _ offset: UInt64,
        _ count: Int
    ) async throws -> [UInt8]? {
        let reply = try await transfer.client.request(
            .read(handle, offset: offset, length: UInt32(clamping: count))
        )
        switch reply {
        case .data(let bytes): return bytes
        case .status(let status) where status.code == .endOfFile: return nil
        default: throw RemoteFiles.refusal(reply)
        }
    }

    private func checkNotShrunk(
        _ handle: SFTPHandle,
        _ size: UInt64,
        _ end: UInt64
    ) async throws {
        // A file of /sys claims a page and has less: it did not change.
        if case .attributes(let now) = try await transfer.client.request(.fstat(handle)),
            now.size == size
        {
            return
        }
        throw refused(.sourceChanged, "it had \(size) bytes and ended at \(end)")
    }

    private func refused(_ code: CommunicatorError.Code, _ found: String) -> CommunicatorError {
        CommunicatorError(code, operation: Self.operation, target: "\(path)", detail: found)
    }
}

/// Puts pieces that come in any order back into theirs.
private struct Reordering {
    private var waiting: [UInt64: [UInt8]] = [:]
    private var position: UInt64 = 0

    /// How many pieces wait for one before them.
    var count: Int { waiting.count }

    /// What may be written now that this piece is here.
    mutating func take(_ bytes: [UInt8], at offset: UInt64) -> [[UInt8]] {
        waiting[offset] = bytes
        var ready: [[UInt8]] = []
        while let next = waiting.removeValue(forKey: position), !next.isEmpty {
            position += UInt64(next.count)
            ready.append(next)
        }
        return ready
    }
}
