import Communicator

/// Moves bytes between this machine and files on the far side, and nothing else: which file, under
/// which name and when it is visible is decided by ``CommandTransfer``.
protocol FileCarrier: Sendable {
    /// Whether it must know the size of a file before it sends the first byte.
    var needsSize: Bool { get }

    /// Fills the file at `path`, which exists, and gives the number of bytes sent.
    func send(
        _ content: UploadContent,
        to path: BytePath,
        _ meter: inout ProgressMeter
    ) async throws -> UInt64

    /// Makes the files `0`, `1`, `2` and so on in a directory that has none of them.
    ///
    /// `sent` is called after each with its number and size. Gives the sizes.
    func send(
        count: Int,
        into directory: BytePath,
        open: @escaping @Sendable (Int) async throws -> UploadContent,
        sent: @escaping @Sendable (Int, UInt64) -> Void
    ) async throws -> [UInt64]

    /// Brings files one after the other.
    func fetch(_ paths: [BytePath], into receiver: inout some FileReceiver) async throws
}

/// Takes the bytes of files that come one after the other.
protocol FileReceiver {
    /// Takes the next bytes of the current file.
    mutating func receive(_ bytes: [UInt8]) async throws
    /// Ends the current file and begins the next one.
    mutating func finishFile() async throws
}

/// What is done, as errors name it.
enum TransferOperation {
    static let upload = "uploading to"
    static let download = "downloading"
    static let uploadDirectory = "uploading the directory to"
    static let downloadDirectory = "downloading the directory"
}
