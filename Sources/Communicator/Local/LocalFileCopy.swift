import Processes

/// Copies one file on this machine: whole at its destination, or nothing has changed there.
package struct LocalFileCopy {
    /// How much is copied at a time; between two pieces a cancelled task stops.
    private static let pieceLength = 1 << 20

    private let destination: BytePath
    private let isPartOfTree: Bool
    private let queue = FileQueue()
    private var progress: ProgressMeter

    /// A copy to `destination` that is reported under the path `reported`.
    package init(
        to destination: BytePath,
        named reported: BytePath,
        _ direction: TransferProgress.Direction,
        _ options: TransferOptions,
        isPartOfTree: Bool = false
    ) {
        self.destination = destination
        self.isPartOfTree = isPartOfTree
        self.progress = ProgressMeter(options, direction, reported)
    }

    /// Copies a regular file, with its holes.
    ///
    /// `mode` makes the new permission bits of the old ones.
    mutating func copyFile(
        _ source: BytePath,
        _ mode: @Sendable (UInt32) -> UInt32
    ) async throws {
        let reader = try await queue.run { try LocalFileReader(opening: source) }
        try await refuseSelf(reader)
        try await replace(mode: mode(reader.status.mode & 0o777)) { copy, file in
            try await copy.read(reader, fillsHoles: file.isSequential) { copy, bytes, offset in
                try await copy.write(bytes, at: offset, to: file)
            }
        }
    }

    /// Copies a regular file into a sink.
    package mutating func copyFile(_ source: BytePath, into sink: any ByteSink) async throws {
        let reader = try await queue.run { try LocalFileReader(opening: source) }
        let size = try await read(reader, fillsHoles: true) { copy, bytes, _ in
            try await sink.write(bytes)
            copy.progress.advance(by: UInt64(bytes.count))
        }
        progress.finish(size: size)
    }

    /// Writes bytes that are in memory.
    mutating func copyBytes(_ bytes: [UInt8], mode: UInt32) async throws {
        try await replace(mode: mode) { copy, file in
            copy.progress.total = UInt64(bytes.count)
            for start in stride(from: 0, to: bytes.count, by: Self.pieceLength) {
                let piece = Array(bytes[start..<min(start + Self.pieceLength, bytes.count)])
                try await copy.write(piece, at: UInt64(start), to: file)
            }
            return UInt64(bytes.count)
        }
    }

    /// Writes what a stream gives.
    ///
    /// - Parameters:
    ///   - stream: Read to its end.
    ///   - mode: The file's permission bits.
    ///   - leavesHoles: Whether pieces of zeros are left out where the file can have holes.
    /// - Throws: What the stream throws, or ``CommunicatorError``.
    package mutating func copyStream(
        _ stream: any ByteSource,
        mode: UInt32,
        leavesHoles: Bool = false
    ) async throws {
        try await replace(mode: mode) { copy, file in
            copy.progress.total = nil
            var size: UInt64 = 0
            while let bytes = try await stream.read(upTo: Self.pieceLength) {
                try await copy.write(bytes, at: size, to: file, leavesHoles: leavesHoles)
                size += UInt64(bytes.count)
            }
            return size
        }
    }

    /// Makes the destination what `fill` writes; after a failure nothing of it is left.
    private mutating func replace(
        mode: UInt32,
        _ fill: (inout Self, AtomicLocalFile) async throws -> UInt64
    ) async throws {
        let (destination, isPartOfTree, queue) = (destination, isPartOfTree, queue)
        let file = try await queue.run { try AtomicLocalFile(replacing: destination) }
        do {
            let size = try await fill(&self, file)
            try Task.checkCancellation()
            try await queue.run { try file.commit(size: size, mode: mode, durable: !isPartOfTree) }
            if !isPartOfTree { await ChildProcess.waitForStarts() }
            progress.finish(size: size)
        } catch {
            _ = try? await queue.run { file.discard() }
            // A write that a cancellation broke off has an error of its own.
            try Task.checkCancellation()
            throw error
        }
    }

    /// A file that is copied onto itself would be replaced while it is read.
    private func refuseSelf(_ reader: LocalFileReader) async throws {
        let destination = destination
        let existing = try? await queue.run { try FileStatus.of(destination) }
        guard existing?.identity == reader.status.identity else { return }
        throw CommunicatorError(
            .transferFailed,
            operation: "copying",
            target: "\(reader.path)",
            detail: "source and destination are the same file",
            remedy: "Name another destination; on this machine a copy onto itself changes nothing."
        )
    }

    /// Gives every piece of the file to `take`, in order, and returns the size.
    private mutating func read(
        _ reader: LocalFileReader,
        fillsHoles: Bool,
        _ take: (inout Self, [UInt8], UInt64) async throws -> Void
    ) async throws -> UInt64 {
        let size = reader.status.size
        guard size > 0 else { return try await readUnsized(reader, take) }
        progress.total = size
        let extents = fillsHoles ? [0..<size] : try await queue.run { try reader.dataExtents() }
        for extent in extents {
            var offset = extent.lowerBound
            while offset < extent.upperBound {
                let count = Int(min(UInt64(Self.pieceLength), extent.upperBound - offset))
                let bytes = try await piece(reader, offset, count)
                // A file that shrank; the check below says so.
                guard !bytes.isEmpty else { break }
                try await take(&self, bytes, offset)
                offset += UInt64(bytes.count)
            }
        }
        try await queue.run { try reader.checkUnchanged() }
        return size
    }

    /// Files of `/proc` say that they are empty, and are not.
    private mutating func readUnsized(
        _ reader: LocalFileReader,
        _ take: (inout Self, [UInt8], UInt64) async throws -> Void
    ) async throws -> UInt64 {
        var offset: UInt64 = 0
        while true {
            let bytes = try await piece(reader, offset, Self.pieceLength)
            guard !bytes.isEmpty else { return offset }
            try await take(&self, bytes, offset)
            offset += UInt64(bytes.count)
        }
    }

    private func piece(
        _ reader: LocalFileReader,
        _ offset: UInt64,
        _ count: Int
    ) async throws -> [UInt8] {
        try Task.checkCancellation()
        return try await queue.run { try reader.read(at: offset, count: count) }
    }

    private mutating func write(
        _ bytes: [UInt8],
        at offset: UInt64,
        to file: AtomicLocalFile,
        leavesHoles: Bool = false
    ) async throws {
        try Task.checkCancellation()
        try await withTaskCancellationHandler {
            try await queue.run {
                if leavesHoles {
                    try file.writeLeavingHole(bytes, at: offset)
                } else {
                    try file.write(bytes, at: offset)
                }
            }
        } onCancel: {
            // Ends a write to a FIFO that nobody reads.
            file.discard()
        }
        progress.advance(by: UInt64(bytes.count))
    }
}
