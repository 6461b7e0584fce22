internal import Communicator

/// What the local disk says about a source.
///
/// Every call may block.
enum LocalSource {
    /// Why a path cannot be asked about, in Packer's form; `nil` when it can.
    static func fault(of path: String) -> String? {
        do {
            _ = try FileStatus.of(BytePath(path))
            return nil
        } catch {
            return "stat \(path): \(error)"
        }
    }

    /// Whether the path names a directory.
    static func isDirectory(_ path: String) -> Bool {
        (try? FileStatus.of(BytePath(path)))?.kind == .directory
    }
}
