import Foundation
import Processes
import TestSupport
import Testing

/// The shapes that a template's `post-processors` may have, by Packer itself and by packer-swift: what is
/// said, and which files are left.
@Suite("Shapes of post-processors", .timeLimit(.minutes(5)))
struct PostProcessorShapeTests {
    private static let shapes = #"""
        [
          {"type": "checksum", "output": "ROOT/default"},
          {"type": "checksum", "name": "sums", "output": "ROOT/named", "checksum_types": ["sha256"]},
          [{"type": "checksum", "name": "first", "output": "ROOT/first"},
           {"type": "checksum", "output": "ROOT/not", "only": ["other"]},
           {"type": "checksum", "name": "last", "output": "ROOT/last", "keep_input_artifact": false}],
          []
        ]
        """#

    /// Two that fail: a file is where a folder would have to be.
    private static let failing = #"""
        [{"type": "checksum", "output": "ROOT/built/sum"},
         {"type": "checksum", "output": "ROOT/built/sum", "keep_input_artifact": true}]
        """#

    private static let failingAndNot = #"""
        [{"type": "checksum", "output": "ROOT/built/sum"}, {"type": "checksum", "output": "ROOT/sum"}]
        """#

    /// A template's post-processors, what `-except` names, and whether the build succeeds.
    struct Shape: Sendable, CustomTestStringConvertible {
        let postProcessors: String
        let except: [String]
        let succeeds: Bool

        init(_ postProcessors: String, except: [String] = [], succeeds: Bool = true) {
            self.postProcessors = postProcessors
            self.except = except
            self.succeeds = succeeds
        }

        var testDescription: String { "except \(except), \(succeeds ? "succeeds" : "fails")" }
    }

    private struct Outcome: Equatable {
        var isSuccess: Bool
        var said: [String]
        var files: [String: [UInt8]]
    }

    @Test(arguments: [
        Shape(shapes), Shape(shapes, except: ["sums"]),
        Shape(shapes, except: ["checksum", "last"]),
        Shape(shapes, except: ["checksum", "sums", "first"]), Shape(failing, succeeds: false),
        Shape(failingAndNot, succeeds: false), Shape(failing, except: ["checksum"]),
    ])
    func `they do as in Packer, but for keeping what was built`(shape: Shape) async throws {
        for flags in [[], ["-machine-readable"]] {
            let theirs = try await packer(shape, flags)
            var ours = try await packerSwift(shape, flags)
            #expect(theirs.isSuccess == shape.succeeds)
            if !shape.succeeds, theirs.files["built"] == nil {
                // Packer deletes what was built.
                #expect(ours.files.removeValue(forKey: "built") == Array("x".utf8))
            }
            #expect(ours.isSuccess == theirs.isSuccess)
            #expect(ours.said == theirs.said)
            #expect(ours.files == theirs.files)
        }
    }

    private func packer(_ shape: Shape, _ flags: [String]) async throws -> Outcome {
        let (root, home) = (try TemporaryDirectory(), try TemporaryDirectory())
        let program = Program(
            try ProjectFiles.packer(),
            environment: [
                "HOME": home.path, "PACKER_CONFIG_DIR": home.path,
                "PACKER_CACHE_DIR": home["cache"], "CHECKPOINT_DISABLE": "1",
            ],
            directory: root.path
        )
        let arguments = flags + ["build", "-color=false"]
        return try await outcome(of: program, arguments, shape, in: root, home)
    }

    private func packerSwift(_ shape: Shape, _ flags: [String]) async throws -> Outcome {
        let (root, home) = (try TemporaryDirectory(), try TemporaryDirectory())
        let program = Program(
            try ProjectFiles.packerSwift(),
            environment: ["HOME": home.path],
            directory: root.path
        )
        let folder = try home.goPlugins(["builder-file"])
        let arguments = flags + ["build", "-color=false", "-plugin-path", folder]
        return try await outcome(of: program, arguments, shape, in: root, home)
    }

    private func outcome(
        of program: Program,
        _ arguments: [String],
        _ shape: Shape,
        in root: TemporaryDirectory,
        _ home: TemporaryDirectory
    ) async throws -> Outcome {
        let text = """
            {"builders": [
              {"type": "file", "content": "x", "target": "ROOT/built"},
              {"type": "file", "name": "other", "content": "y", "target": "ROOT/other"}],
             "post-processors": \(shape.postProcessors)}
            """
        let template = try home.write(
            Array(text.replacingOccurrences(of: "ROOT", with: root.path).utf8),
            to: "template.json"
        )
        let except = shape.except.isEmpty ? [] : ["-except=\(shape.except.joined(separator: ","))"]
        let outcome = try await program.run(arguments + except + ["-only=file", template])
        return Outcome(
            isSuccess: outcome.end == .exited(0),
            said: comparable(outcome.output, root.path),
            files: try root.names().reduce(into: [:]) { $0[$1] = try root.read($1) }
        )
    }

    /// What is left with times, folders and what packer-swift alone says taken out; of a failure only
    /// that there was one: its words are the post-processor's.
    private func comparable(_ text: String, _ root: String) -> [String] {
        let failure = /Post-processor failed: (?:(?!\\n|$).)*/.anchorsMatchLineEndings()
        return text.replacing(/after (?:\d+ [a-z]+ ?)+/, with: "after TIME")
            .replacing(/after TIME+/, with: "after TIME")
            .replacing(root, with: "ROOT")
            .replacing(failure, with: "Post-processor failed: WHY")
            .replacing(/(?m)^\d+,/, with: "TIME,")
            .split(separator: "\n", omittingEmptySubsequences: false)
            .filter {
                !$0.contains(" (checksum): Writing checksums to ")
                    && !$0.contains(" has no checksum beside it; ")
            }
            .map(String.init)
    }
}
