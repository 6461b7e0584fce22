#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// An artifact that is nothing but files of this machine.
public struct FileArtifact: Artifact {
    /// Who made it: a name that no other component has, such as `example.archive`.
    public let builderID: String
    /// What tells it from others; mostly a path.
    public let id: String
    /// The paths.
    public let files: [String]
    /// What to tell the user.
    public let summary: String

    /// An artifact of files that are there.
    public init(builderID: String, id: String, files: [String], summary: String) {
        self.builderID = builderID
        self.id = id
        self.files = files
        self.summary = summary
    }

    /// Removes the files; one that is gone already is no error.
    ///
    /// - Throws: ``FileArtifactError`` for the first that stayed; the others are removed.
    public func destroy() async throws {
        var failure: FileArtifactError?
        for file in files where unsafe unlink(file) != 0 && errno != ENOENT {
            failure = failure ?? FileArtifactError(path: file, number: errno)
        }
        if let failure { throw failure }
    }
}

/// A file of an artifact that could not be removed.
public struct FileArtifactError: Error, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The system's number of the error.
    public let number: Int32

    /// What failed and why.
    public var description: String {
        "\(path) could not be removed: \(unsafe String(cString: strerror(number)))"
    }
}
