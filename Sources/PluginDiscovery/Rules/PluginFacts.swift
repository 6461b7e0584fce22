package import Communicator
package import PackerRPC

/// What was found of one file, for the rules to judge; nothing here is judged yet.
package struct PluginFacts: Sendable {
    /// What lies beside a plugin as its checksum.
    package enum Checksum: Sendable, Hashable {
        /// Nothing, or nothing that can be read: why.
        case missing(String)
        /// A named pipe.
        case pipe
        /// No checksum: why.
        case malformed(String)
        /// That of another file than this one, whose own it is; both in hexadecimal.
        case mismatch(said: String, actual: String)
        /// The file's.
        case matching
        /// A checksum, where there is no regular file to compare it with.
        case uncompared
        /// The file cannot be read: why.
        case unreadableFile(String)
    }

    /// What `describe` says.
    package enum Description: Sendable, Hashable {
        /// It was not run, by a rule of its own.
        case notRun
        /// It could not be run, or what it printed is no description: why.
        case failed(String)
        /// It did not come to an end: what was seen.
        case endless(String)
        /// What it printed.
        case described(PluginDescription)
    }

    /// What the name says.
    package var name: PluginFileName
    /// The names of the folders that it lies below, from the folder of plugins on; `nil` where that is
    /// not known, because one file alone is looked at.
    package var folders: [String]?
    /// What it is, symbolic links being followed; `nil` where there is nothing to follow to.
    package var kind: FileStatus.Kind?
    /// Whether anybody may execute it.
    package var isExecutable: Bool
    /// What everybody may write, and so change before it is run; `nil` where there is nothing such.
    package var unsafePlace: String?
    /// Its checksum; `nil` where none is looked for.
    package var checksum: Checksum?
    /// What it says of itself.
    package var description: Description

    /// Facts made of their parts: those of a sound file, but for its name, unless they are given.
    package init(
        name: PluginFileName,
        folders: [String]? = nil,
        kind: FileStatus.Kind? = .regular,
        isExecutable: Bool = true,
        unsafePlace: String? = nil,
        checksum: Checksum? = nil,
        description: Description = .notRun
    ) {
        self.name = name
        self.folders = folders
        self.kind = kind
        self.isExecutable = isExecutable
        self.unsafePlace = unsafePlace
        self.checksum = checksum
        self.description = description
    }

    /// How it lies, or how it is meant to lie where that is not known.
    package var layout: PluginLayout {
        switch name.form {
        case .component: return .component
        case .other: return .plain
        case .checksum, .plain, .versioned:
            guard let folders else {
                if case .versioned = name.form { return .nested }
                return .plain
            }
            if folders.isEmpty { return .plain }
            return folders.count == 3 ? .nested : .deep
        }
    }
}
