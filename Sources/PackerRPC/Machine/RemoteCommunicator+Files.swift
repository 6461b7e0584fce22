internal import ByteStreams
package import Communicator
internal import Deadlines
internal import NetRPC
internal import Yamux

extension RemoteCommunicator {
    /// Puts one file; see ``Communicator/upload(_:to:options:)``.
    package func upload(
        _ source: UploadSource,
        to path: String,
        options: TransferOptions
    ) async throws {
        switch source.content {
        case .file(let local):
            let status = try await FileQueue().run {
                try LocalFileReader(opening: BytePath(local)).status
            }
            let mode = source.mode ?? status.mode & 0o777
            let information = Self.information(local, status.size, mode)
            try await send(to: path, information) { stream in
                var copy = LocalFileCopy(
                    to: BytePath(path),
                    named: BytePath(path),
                    .upload,
                    options
                )
                try await copy.copyFile(BytePath(local), into: StreamSink(stream))
            }
        case .bytes(let bytes):
            let mode = source.mode ?? 0o644
            let information = Self.information(path, UInt64(bytes.count), mode)
            try await send(to: path, information) { stream in
                try await Self.write(bytes, to: stream, path, options)
            }
        case .stream(let content):
            // Packer's machines take a mode only together with a size.
            guard let spool = try await StreamSpool.fill(from: .stream(content)) else { return }
            defer { spool.remove() }
            let spooled = UploadSource(spool.content, mode: source.mode ?? 0o644)
            try await upload(spooled, to: path, options: options)
        }
    }

    /// Brings one file; see ``Communicator/download(_:to:options:)``.
    package func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws {
        let line = await broker.reserve()
        let arguments = CommunicatorEndpoint.DownloadArguments(path: path, writer: line.id)
        let client = client
        let reply = Task {
            do {
                return try await client.call(CommunicatorEndpoint.download, arguments)
            } catch {
                // A stream that was not opened by now never will be.
                await line.cancel()
                throw error
            }
        }
        do {
            try await withTaskCancellationHandler {
                let stream = try await line.accept()
                let content = DownloadedStream(
                    stream: stream,
                    reply: reply,
                    replyTime: replyTime
                )
                try await Self.receive(content, path, target, options)
                await stream.close()
            } onCancel: {
                reply.cancel()
            }
        } catch {
            await line.cancel()
            try Task.checkCancellation()
            // What this side could not write, or else the other side's own reason.
            if !(error is CommunicatorError),
                case .failure(let reason) = await Self.result(of: reply, within: replyTime)
            {
                try Task.checkCancellation()
                let isLate = reason is CancellationError
                throw Self.error(isLate ? error : reason, "downloading", path, .transferFailed)
            }
            reply.cancel()
            throw Self.error(error, "downloading", path, .transferFailed)
        }
    }

    /// What the other side says about a transfer; it is waited for no longer than `time`, which
    /// shows as a `CancellationError`.
    fileprivate static func result(
        of reply: Task<NetRPCNothing, any Error>,
        within time: Duration
    ) async -> Result<NetRPCNothing, any Error> {
        let limit = Task {
            try await AwakeTime.sleep(for: time)
            reply.cancel()
        }
        defer { limit.cancel() }
        return await withTaskCancellationHandler {
            await reply.result
        } onCancel: {
            reply.cancel()
        }
    }

    private static func receive(
        _ content: DownloadedStream,
        _ path: String,
        _ target: DownloadTarget,
        _ options: TransferOptions
    ) async throws {
        switch target {
        case .file(let local):
            let name = BytePath(local)
            var copy = LocalFileCopy(to: name, named: BytePath(path), .download, options)
            try await copy.copyStream(
                content,
                mode: 0o644 & ~LocalDirectory.creationMask,
                leavesHoles: true
            )
        case .sink(let sink):
            var meter = ProgressMeter(options, .download, BytePath(path))
            var size: UInt64 = 0
            while let bytes = try await content.read(upTo: CommunicatorEndpoint.pieceSize) {
                try await sink.write(bytes)
                size += UInt64(bytes.count)
                meter.advance(by: UInt64(bytes.count))
            }
            meter.finish(size: size)
        }
    }

    /// Uploads what `body` writes to the stream that the other side opens.
    private func send(
        to path: String,
        _ information: CommunicatorEndpoint.FileInformation,
        _ body: @escaping @Sendable (YamuxStream) async throws -> Void
    ) async throws {
        let line = await broker.reserve()
        let arguments = CommunicatorEndpoint.UploadArguments(
            path: path,
            reader: line.id,
            information: information
        )
        let writing = Task {
            let stream = try await line.accept()
            do {
                try await body(stream)
                try await stream.finishWriting()
            } catch {
                // An end would make a whole file of what is there.
                await stream.reset()
                throw error
            }
            return stream
        }
        do {
            try await withTaskCancellationHandler {
                try await client.call(CommunicatorEndpoint.upload, arguments)
                // A server that has all it wants may reply first; a file that this side could not
                // read to its end is not whole, whatever the server says.
                await (try await written(writing, path)).close()
            } onCancel: {
                writing.cancel()
            }
        } catch {
            await line.cancel()
            writing.cancel()
            // What this side could not read explains more than that the other side got an end.
            if case .failure(let reason as CommunicatorError) = await writing.result {
                throw reason
            }
            throw Self.error(error, "uploading", path, .transferFailed)
        }
    }

    /// Waits until the file is written of which the other side has said that it has it.
    ///
    /// Go reads no more then, and does not say so.
    private func written(
        _ writing: Task<YamuxStream, any Error>,
        _ path: String
    ) async throws -> YamuxStream {
        let limit = Task { [replyTime] in
            try await AwakeTime.sleep(for: replyTime)
            writing.cancel()
        }
        defer { limit.cancel() }
        do {
            return try await writing.value
        } catch is CancellationError {
            try Task.checkCancellation()
            throw CommunicatorError(
                .transferFailed,
                operation: "uploading",
                target: path,
                detail: "the other side says that it has the file, and did not read all of it"
            )
        }
    }

    private static func write(
        _ bytes: [UInt8],
        to stream: YamuxStream,
        _ path: String,
        _ options: TransferOptions
    ) async throws {
        var meter = ProgressMeter(
            options,
            .upload,
            BytePath(path),
            total: UInt64(bytes.count)
        )
        for start in stride(from: 0, to: bytes.count, by: CommunicatorEndpoint.pieceSize) {
            let end = min(start + CommunicatorEndpoint.pieceSize, bytes.count)
            try await stream.write(Array(bytes[start..<end]))
            meter.advance(by: UInt64(end - start))
        }
        meter.finish(size: UInt64(bytes.count))
    }

    private static func information(
        _ path: String,
        _ size: UInt64,
        _ mode: UInt32
    ) -> CommunicatorEndpoint.FileInformation {
        CommunicatorEndpoint.FileInformation(
            name: path.split(separator: "/").last.map(String.init) ?? path,
            size: Int64(clamping: size),
            mode: GoFileMode.from(mode)
        )
    }
}

/// A stream as a place to write a file to.
private struct StreamSink: ByteSink {
    let stream: YamuxStream

    init(_ stream: YamuxStream) {
        self.stream = stream
    }

    func write(_ bytes: [UInt8]) async throws {
        for start in stride(from: 0, to: bytes.count, by: CommunicatorEndpoint.pieceSize) {
            let end = min(start + CommunicatorEndpoint.pieceSize, bytes.count)
            try await stream.write(Array(bytes[start..<end]))
        }
    }
}

/// A file as it arrives; its end counts only once the other side has said that it is whole.
private struct DownloadedStream: ByteSource {
    let stream: YamuxStream
    let reply: Task<NetRPCNothing, any Error>
    let replyTime: Duration

    func read(upTo count: Int) async throws -> [UInt8]? {
        if let bytes = try await stream.read(upTo: count) { return bytes }
        do {
            _ = try await RemoteCommunicator.result(of: reply, within: replyTime).get()
        } catch is CancellationError {
            try Task.checkCancellation()
            throw PackerRPCError(
                .connectionLost,
                "the other side did not say within \(replyTime) whether the file is whole"
            )
        }
        return nil
    }
}
