package import Communicator

/// A folder that Packer searches for plugins.
package struct PluginFolder: Sendable {
    /// What lies there that concerns Packer.
    package struct Contents: Sendable {
        /// What has a plugin's name, at the top and below, in the order of its paths.
        package var files: [PluginFile] = []
        /// Symbolic links to folders, which are not entered.
        package var links: [BytePath] = []
        /// Folders that cannot be read, each with the reason.
        package var unreadable: [(path: BytePath, reason: String)] = []

        /// Nothing.
        package init() {}
    }

    /// More than this is no folder of plugins.
    package struct TooLarge: Error, CustomStringConvertible {
        /// What was found.
        package let description: String
    }

    /// How many folders deep: what lies deeper no Packer loads.
    package static let maximumDepth = 32

    /// Where it is.
    package let path: BytePath
    /// How many entries are looked at, of all folders together.
    package let maximumEntries: Int

    /// A folder at a path, which may be a symbolic link.
    package init(_ path: BytePath, maximumEntries: Int = 100_000) {
        self.path = path.asDirectory
        self.maximumEntries = maximumEntries
    }

    /// Walks through it as Packer since 1.11 does, which sees all that older ones see.
    ///
    /// Links to folders are not entered, so a loop of them is no harm.
    ///
    /// - Throws: `CommunicatorError` when the folder itself cannot be read; ``TooLarge``;
    ///   `CancellationError`.
    package func contents() async throws -> Contents {
        let (path, maximumEntries) = (path, maximumEntries)
        return try await CancellableFileWork.run { checkCancellation in
            var walk = Walk(maximumEntries: maximumEntries)
            try walk.visit(path, below: [], checkCancellation)
            return walk.contents
        }
    }

    private struct Walk {
        let maximumEntries: Int
        var contents = Contents()
        var entries = 0

        mutating func visit(
            _ folder: BytePath,
            below folders: [[UInt8]],
            _ checkCancellation: () throws -> Void
        ) throws {
            try checkCancellation()
            let names: [[UInt8]]
            do {
                names = try LocalDirectory.names(in: folder)
            } catch let error as CommunicatorError where !folders.isEmpty {
                contents.unreadable.append((folder, error.detail))
                return
            }
            entries += names.count
            guard entries <= maximumEntries else {
                throw TooLarge(description: "there are more than \(maximumEntries) entries in it")
            }
            for name in names {
                try look(at: folder.appending(name), folders, checkCancellation)
            }
        }

        private mutating func look(
            at path: BytePath,
            _ folders: [[UInt8]],
            _ checkCancellation: () throws -> Void
        ) throws {
            let file = PluginFile(path, folders: folders)
            if file.name.form != .other { contents.files.append(file) }
            guard let status = try? FileStatus.of(path, following: false) else { return }
            if status.kind == .symbolicLink, (try? FileStatus.of(path))?.kind == .directory {
                contents.links.append(path)
            }
            guard status.kind == .directory, folders.count < PluginFolder.maximumDepth else {
                return
            }
            try visit(path, below: folders + [path.name], checkCancellation)
        }
    }
}
