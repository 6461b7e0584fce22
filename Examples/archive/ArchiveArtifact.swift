import Communicator
import Components

/// An archive.
struct ArchiveArtifact: Artifact {
    let id: String
    var files: [String] { [id] }
    var builderID: String { "example.archive" }
    var summary: String { "The archive \(id)" }
}

/// tar's end, when it is not a good one.
struct TarFailed: Error, CustomStringConvertible {
    let status: RemoteCmd.ExitStatus
    var description: String { "packing failed: tar ended with \(status); its words are above" }
}
