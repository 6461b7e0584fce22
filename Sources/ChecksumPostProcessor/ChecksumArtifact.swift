internal import Communicator
public import Components
public import Configuration

/// The artifact that was hashed, with the checksum files beside its own.
public struct ChecksumArtifact: Artifact {
    /// Packer's name of what makes it.
    public let builderID = "packer.post-processor.checksum"
    /// The files that were hashed, then the checksum files.
    public let files: [String]
    /// Empty, as Packer's.
    public let id = ""
    /// What Packer shows when the build is done.
    public var summary: String { "Created artifact from files: " + files.joined(separator: ", ") }

    private let made: [String]
    private let generatedData: ConfigurationValue

    /// - Parameters:
    ///   - files: The files that were hashed, then the checksum files.
    ///   - made: The checksum files that were not there before.
    ///   - generatedData: What the builder found out, for the post-processors that follow.
    init(files: [String], made: [String], generatedData: ConfigurationValue) {
        self.files = files
        self.made = made
        self.generatedData = generatedData
    }

    /// Knows what the artifact that was hashed knew of the build.
    public func state(_ name: String) async throws -> ConfigurationValue {
        name == "generated_data" ? generatedData : .null
    }

    /// Removes the checksum files that were made; what was hashed stays, it belongs to its builder.
    public func destroy() async throws {
        let paths = made.map { BytePath($0) }
        try await FileQueue().run {
            for path in paths { LocalDirectory.removeFile(path) }
        }
    }
}
