internal import Communicator

/// The local directory that a download goes to.
///
/// Every call may block.
enum LocalDestination {
    /// Makes the directory and its parents with mode 0755 (less the umask) where they are missing.
    ///
    /// - Throws: `CommunicatorError` that names the directory.
    static func prepare(_ directory: String) throws {
        guard !directory.isEmpty else { return }
        var missing: [BytePath] = []
        var path = BytePath(directory)
        while !path.bytes.isEmpty, (try? FileStatus.of(path)) == nil {
            missing.append(path)
            guard path.parent != path else { break }
            path = path.parent
        }
        for path in missing.reversed() where try LocalDirectory.make(path) {
            try LocalDirectory.setMode(path, 0o755 & ~LocalDirectory.creationMask)
        }
    }
}
