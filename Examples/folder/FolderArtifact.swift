import Components
import Foundation

/// A folder and what is in it.
struct FolderArtifact: Artifact {
    let id: String
    let files: [String]
    var builderID: String { "example.folder" }
    var summary: String { "\(files.count) files in \(id)" }

    func destroy() async throws { try FileManager.default.removeItem(atPath: id) }
}
