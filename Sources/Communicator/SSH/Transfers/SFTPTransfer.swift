package import Communicator
package import SFTP

/// Moves files over SFTP as ``Communicator`` promises: whole or not at all, many requests in flight.
///
/// **Concurrency.** A value; any number of transfers may run over one client.
///
/// **Cancellation.** Ends the transfer and removes the temporary file, in at most 10 seconds.
///
/// **Errors.** ``CommunicatorError`` with the path and the server's own words.
package struct SFTPTransfer: Sendable {
    let client: SFTPClient
    let remote: RemoteFiles
    let another: Another?
    let warn: @Sendable (String) -> Void

    /// Lends a client on a new connection.
    package typealias Another =
        @Sendable (@escaping @Sendable (SFTPClient) async throws -> Void) async throws -> Void

    /// Transfers over a client.
    ///
    /// `another` is asked for a client when this one's connection is lost and something has to be
    /// removed; `warn` gets sentences about what did not go as it should but did not keep the
    /// transfer from succeeding.
    package init(
        over client: SFTPClient,
        another: Another? = nil,
        warn: @escaping @Sendable (String) -> Void
    ) {
        self.client = client
        self.remote = RemoteFiles(client: client)
        self.another = another
        self.warn = warn
    }

    /// Puts one file at `path`; see ``Communicator/upload(_:to:options:)``.
    ///
    /// In a directory that may not be written an existing file is written in place, with a warning.
    /// Where the server has no `posix-rename@openssh.com` an existing file is removed before the
    /// new one gets its name, so that for a moment neither is there. A FIFO that nobody reads holds
    /// up the server, and with it every other transfer over this client.
    package func upload(
        _ source: UploadSource,
        to path: String,
        options: TransferOptions
    ) async throws {
        let path = BytePath(path)
        let pace = await remote.pace()
        let content = try await UploadContent.open(source.content)
        let mode = source.mode.map { $0 & 0o7777 } ?? content.mode ?? 0o644
        let upload = FileUpload(
            transfer: self,
            pace: pace,
            path: path,
            mode: mode,
            isKnownAbsent: false,
            isDurable: true
        )
        try await upload.send(content, options)
    }

    /// Brings one file; see ``Communicator/download(_:to:options:)``.
    ///
    /// A local file gets the mode 0644, less what the umask takes. A file that grows meanwhile is
    /// taken up to its end; one that shrinks is an error, `.sourceChanged`.
    package func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws {
        let path = BytePath(path)
        let pace = await remote.pace()
        let download = FileDownload(transfer: self, pace: pace, path: path)
        let size = try await reporting("downloading", path) { try await download.checkedSize() }
        switch target {
        case .sink(let sink):
            _ = try await download.fetch(size: size, into: .sink(sink), options)
        case .file(let local):
            let queue = FileQueue()
            let file = try await queue.run { try AtomicLocalFile(replacing: BytePath(local)) }
            defer { file.discard() }
            if file.isInPlace && !file.isSequential {
                warnInPlace(file.destination, "this machine")
            }
            try await withTaskCancellationHandler {
                let end = try await download.fetch(size: size, into: .file(file, queue), options)
                let mode = 0o644 & ~LocalDirectory.creationMask
                try await queue.run { try file.commit(size: end, mode: mode) }
            } onCancel: {
                file.discard()
            }
        }
    }

    func warnInPlace(_ path: BytePath, _ machine: String) {
        warn(
            "\(path) on \(machine) is written in place, because its directory cannot be written; "
                + "a failure leaves it half done"
        )
    }

    /// Gives errors of the SFTP layer a path and a code.
    func reporting<Value>(
        _ operation: String,
        _ path: BytePath,
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch let error as SFTPError {
            throw error.communicatorError(operation, path)
        }
    }
}
