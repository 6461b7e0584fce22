import Components
import Foundation
import TestSupport
import Testing

@Suite struct FileArtifactTests {
    @Test func `removes its files, also after one that cannot be`() async throws {
        let folder = try TemporaryDirectory()
        for name in ["a", "b"] { _ = try folder.write([1], to: name) }
        try FileManager.default.createDirectory(
            atPath: folder["directory"],
            withIntermediateDirectories: false
        )
        let artifact = FileArtifact(
            builderID: "test.files",
            id: "1",
            files: ["a", "missing", "directory", "b"].map { folder[$0] },
            summary: "four names"
        )
        do {
            try await artifact.destroy()
            Issue.record("a directory was removed like a file")
        } catch let error as FileArtifactError {
            #expect(error.path == folder["directory"])
            #expect("\(error)".hasPrefix("\(folder["directory"]) could not be removed: "))
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left == ["directory"])
    }
}
