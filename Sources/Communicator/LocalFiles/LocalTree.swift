#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A local directory with everything in it, as it was when it was walked.
package struct LocalTree: Sendable {
    /// A file or a directory in the tree.
    package struct Entry: Sendable, Equatable {
        /// Where it is seen from the root: names joined by `/`; empty for the root itself.
        package let relativePath: BytePath
        /// Where it is on this machine.
        package let path: BytePath
        /// Whether it is a directory; else it is a regular file.
        package let isDirectory: Bool
        /// The permission bits, of the target where it is a symbolic link.
        package let mode: UInt32
        /// The size in bytes; 0 for a directory.
        package let size: UInt64
    }

    /// The entries: the root first, a directory before its contents, names in byte order.
    package let entries: [Entry]

    /// Walks a directory.
    ///
    /// May block. Symbolic links are followed, to files and to directories. Nothing is asked about
    /// what is excluded.
    ///
    /// - Throws: ``CommunicatorError`` naming the path of: a dangling link, a directory that
    ///   contains itself through a link, a FIFO, a socket, a device, what cannot be read, or a root
    ///   that is not a directory (`.notDirectory`).
    package init(walking root: BytePath, excluding exclusion: Exclusion = .none) throws {
        var walk = Walk(exclusion: exclusion)
        let status = try Self.reading(root) { try POSIXFile.status(of: root) }
        guard status.kind == .directory else { throw SystemError(ENOTDIR, "opendir").reading(root) }
        try walk.visit(root, BytePath(bytes: []), status)
        self.entries = walk.entries
    }

    private struct Walk {
        let exclusion: Exclusion
        var entries: [Entry] = []
        var ancestors: Set<FileStatus.Identity> = []

        mutating func visit(
            _ path: BytePath,
            _ relativePath: BytePath,
            _ status: FileStatus
        ) throws {
            entries.append(
                Entry(
                    relativePath: relativePath,
                    path: path,
                    isDirectory: status.kind == .directory,
                    mode: status.mode,
                    size: status.kind == .directory ? 0 : status.size
                )
            )
            guard status.kind == .directory else { return }
            guard ancestors.insert(status.identity).inserted else {
                throw refused(path, "it leads back to a directory that contains it")
            }
            defer { ancestors.remove(status.identity) }
            for name in try LocalTree.reading(path, { try POSIXFile.names(in: path) }) {
                let child = path.appending(name)
                let relativeChild = relativePath.appending(name)
                guard !exclusion.covers(relativeChild) else { continue }
                try visit(child, relativeChild, try childStatus(child))
            }
        }

        private func childStatus(_ path: BytePath) throws -> FileStatus {
            let status: FileStatus
            do {
                status = try POSIXFile.status(of: path)
            } catch let error as SystemError {
                let link = try? POSIXFile.readLink(path)
                guard let link else { throw error.reading(path) }
                throw refused(path, "it is a symbolic link to \(link): \(error)")
            }
            guard status.kind == .regular || status.kind == .directory else {
                throw refused(path, "it is \(status.kind.name)")
            }
            return status
        }

        private func refused(_ path: BytePath, _ found: String) -> CommunicatorError {
            CommunicatorError(
                .localFile,
                operation: "reading the local directory entry",
                target: "\(path)",
                detail: found,
                remedy: "Remove it from the directory, or replace it by what it should stand for."
            )
        }
    }

    private static func reading<Value>(
        _ path: BytePath,
        _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch let error as SystemError {
            throw error.reading(path)
        }
    }
}
