package import Communicator
internal import Deadlines

/// Moves files with commands of the far side, for machines without SFTP.
///
/// Needs a POSIX shell there, with `ls`, `mv`, `chmod`, `mkdir`, `rm`, `find` and, for symbolic
/// links, `readlink`; what busybox has is enough. Bytes go by `scp` or by `cat`.
///
/// An upload is written to a sibling that only its user may open, its size is compared, and it is
/// renamed. Holes of sparse files are filled on the far side, and what arrived is not forced to
/// stable storage: no tool that is everywhere can do that.
///
/// **Concurrency.** A value; transfers may run at once, each on channels of its own.
package struct CommandTransfer: FileTransfer {
    /// What brings the bytes.
    package enum Method: Sendable {
        /// The far side's `scp -t` and `scp -f`.
        case scp
        /// `cat`, and `tar` for many files where it is there.
        case exec
    }

    let shell: FarShell
    let carrier: any FileCarrier
    let warn: @Sendable (String) -> Void

    /// Transfers over the commands of a machine.
    ///
    /// `answerLimit` is how long a program there may take until it says its first word, 30 seconds
    /// for `nil`; `warn` gets sentences about what did not go as it should but did not keep the
    /// transfer from succeeding.
    package init(
        _ method: Method,
        over machine: any Communicator,
        answerLimit: Duration? = nil,
        warn: @escaping @Sendable (String) -> Void
    ) {
        let limit = answerLimit ?? AnswerDeadline.usualLimit
        shell = FarShell(machine: machine, answerLimit: limit)
        switch method {
        case .scp: carrier = SCPCarrier(machine: machine, answerLimit: limit)
        case .exec: carrier = StreamCarrier(machine: machine, answerLimit: limit)
        }
        self.warn = warn
    }

    /// Puts one file at `path`; see ``Communicator/upload(_:to:options:)``.
    ///
    /// Over SCP a stream is written to a local temporary file first, for its size must be known.
    package func upload(
        _ source: UploadSource,
        to path: String,
        options: TransferOptions
    ) async throws {
        let path = try checked(BytePath(path), TransferOperation.upload)
        let spool = carrier.needsSize ? try await StreamSpool.fill(from: source.content) : nil
        defer { spool?.remove() }
        let content = try await UploadContent.open(spool?.content ?? source.content)
        let local = spool == nil ? content.mode : nil
        let mode = source.mode.map { $0 & 0o7777 } ?? local ?? 0o644
        let place = try await shell.open(path)
        if place.temporary == nil && !place.isSpecial { warnInPlace(place.destination) }
        try await undoing(place.temporary, recursively: false) {
            var meter = ProgressMeter(options, .upload, path, total: content.size)
            let size: UInt64
            do {
                size = try await carrier.send(content, to: place.written, &meter)
            } catch let error as CommunicatorError where error.target == "\(place.written)" {
                throw await shell.explain(error, path, place.destination)
            }
            try Task.checkCancellation()
            try await shell.commit(place, size: size, mode: mode, path)
            meter.finish(size: size)
        }
    }

    /// Brings one file; see ``Communicator/download(_:to:options:)``.
    ///
    /// A local file gets the mode 0644, less what the umask takes.
    package func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws {
        let path = try checked(BytePath(path), TransferOperation.download)
        let size = try await shell.size(of: path)
        let meter = ProgressMeter(options, .download, path, total: size > 0 ? size : nil)
        switch target {
        case .sink(let sink):
            _ = try await fetch(path, size, .sink(sink), meter)
        case .file(let local):
            let queue = FileQueue()
            let file = try await queue.run { try AtomicLocalFile(replacing: BytePath(local)) }
            defer { file.discard() }
            try await withTaskCancellationHandler {
                let end = try await fetch(path, size, .file(file, queue), meter)
                let mode = 0o644 & ~LocalDirectory.creationMask
                try await queue.run { try file.commit(size: end, mode: mode) }
            } onCancel: {
                file.discard()
            }
        }
    }

    private func fetch(
        _ path: BytePath,
        _ size: UInt64,
        _ destination: FileDownload.Destination,
        _ meter: ProgressMeter
    ) async throws -> UInt64 {
        var receiver = SingleFileReceiver(destination: destination, meter: meter)
        try await carrier.fetch([path], into: &receiver)
        // A file of /sys claims a page and has less: it did not change.
        let end = receiver.position
        if end < size, try await shell.size(of: path) != size {
            throw CommandFailure(TransferOperation.download, path)
                .make(.sourceChanged, "it had \(size) bytes and ended at \(end)")
        }
        if end == 0, carrier.needsSize, try await shell.hasBytes(path) {
            var error = CommandFailure(TransferOperation.download, path)
                .make(.unsupported, "it says that it is empty but is not, and scp believes it")
            error.remedy = "Use another ssh_file_transfer_method, or copy the file first."
            throw error
        }
        receiver.meter.finish(size: end)
        return end
    }

    func warnInPlace(_ path: BytePath) {
        warn(
            "\(path) on the machine is written in place, because its directory cannot be "
                + "written; a failure leaves it half done"
        )
    }

    func checked(_ path: BytePath, _ operation: String) throws -> BytePath {
        guard !path.bytes.contains(0) else {
            throw CommandFailure(operation, path)
                .make(.noSuchFile, "no path can have a NUL byte in it")
        }
        return path
    }

    /// Runs `body`; when it fails, removes what it had made, in a task that is not cancelled.
    func undoing<Value>(
        _ temporary: BytePath?,
        recursively: Bool,
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch {
            if let temporary {
                await Task { await remove(temporary, recursively: recursively) }.value
            }
            throw error
        }
    }

    /// Removes a temporary file or directory, in at most 10 seconds.
    func remove(_ temporary: BytePath, recursively: Bool) async {
        let option = recursively ? "-rf" : "-f"
        let script =
            Array("rm \(option) ".utf8) + temporary.shellWord + Array(" || fail text 1".utf8)
        let isGone = await succeeds(within: .seconds(10)) { [shell] in
            _ = try await shell.run(script, "removing", temporary)
        }
        if !isGone { warn("\(temporary) may be left on the machine") }
    }
}

/// Writes one file as its bytes come.
private struct SingleFileReceiver: FileReceiver {
    let destination: FileDownload.Destination
    var meter: ProgressMeter
    var position: UInt64 = 0

    mutating func receive(_ bytes: [UInt8]) async throws {
        try await destination.write(bytes, at: position)
        position += UInt64(bytes.count)
        meter.advance(by: UInt64(bytes.count))
    }

    mutating func finishFile() async throws {}
}
