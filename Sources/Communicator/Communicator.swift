/// A way to run commands and move files on one machine.
///
/// The five methods are what every machine can do and what Packer's own wire can carry. Whatever
/// else a communicator is able to do it offers as a small capability protocol, asked for at run
/// time with `as?`; a caller falls back to ``run(_:_:)`` or fails with an error that names the
/// option.
///
/// **Errors.** A command that ends with a non-zero status is a result, not an error. A method
/// throws ``CommunicatorError`` when the machine could not be reached, when the work could not be
/// begun, or when a transfer is not whole; and `CancellationError` when its task was cancelled.
///
/// **Concurrency.** Every method may be called from several tasks at once.
///
/// **Cancellation.** Cancelling the calling task ends the remote process tree, or the transfer, and
/// removes what it left half done; only then does the method throw.
///
/// **Paths** on the far side are literal: no shell, glob or `~` ever sees them. Relative paths start
/// in the directory where a session starts (an SSH user's home).
public protocol Communicator: Sendable {
    /// Runs a command for as long as `body` and the command last.
    ///
    /// `body` gets the live command: it reads the output and may write the input. Output that
    /// `body` leaves unread is drained and dropped. When `body` throws, the command is ended
    /// (process tree and all) and the error is rethrown.
    ///
    /// - Returns: How the command ended, with the value of `body`. `.exited(0)` is only ever said
    ///   on evidence; an end that nobody saw is ``RemoteCmd/ExitStatus/disconnected``, and that is
    ///   a result too.
    /// - Throws: ``CommunicatorError`` when the command could not be started, or with code
    ///   `.deadlineExceeded` when ``RemoteCmd/deadline`` passed (the process tree is gone then).
    func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value>

    /// Puts one file at `path`, which names the file itself, not a directory to put it in.
    ///
    /// The file is invisible until it is whole: it is written beside its destination and renamed.
    /// After a failure an older file at `path` is untouched and nothing new is left. A final
    /// symbolic link is followed; devices and FIFOs are written in place. Parents are not made.
    func upload(
        _ source: UploadSource,
        to path: String,
        options: TransferOptions
    ) async throws

    /// Puts a local directory tree on the far side.
    ///
    /// As with rsync, a `source` that ends in `/` means the directory's contents, one that does not
    /// means the directory itself: `d` lands in `path/d`, `d/` in `path`. `path` is made when it is
    /// missing, its parents are not. Files that exist and are not in `source` stay.
    func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws

    /// Brings the file at `path`; whole or not at all.
    func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws

    /// Brings a directory tree; the trailing slash of `path` counts as in
    /// ``uploadDirectory(_:to:options:)``.
    ///
    /// A name that would leave `destination` (`..`, an absolute path, a slash within a name) is
    /// refused as a protocol violation.
    func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws
}

extension Communicator {
    /// ``upload(_:to:options:)`` with the default options.
    public func upload(_ source: UploadSource, to path: String) async throws {
        try await upload(source, to: path, options: TransferOptions())
    }

    /// ``uploadDirectory(_:to:options:)`` with the default options.
    public func uploadDirectory(_ source: String, to path: String) async throws {
        try await uploadDirectory(source, to: path, options: TransferOptions())
    }

    /// ``download(_:to:options:)`` with the default options.
    public func download(_ path: String, to target: DownloadTarget) async throws {
        try await download(path, to: target, options: TransferOptions())
    }

    /// ``downloadDirectory(_:to:options:)`` with the default options.
    public func downloadDirectory(_ path: String, to destination: String) async throws {
        try await downloadDirectory(path, to: destination, options: TransferOptions())
    }
}
