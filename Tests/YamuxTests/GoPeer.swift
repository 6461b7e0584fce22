import ByteStreams
import Foundation
import Processes

/// hashicorp/yamux in a process of its own, over its input and output; see its `main.go`.
final class GoPeer: ByteStream {
    private let process: ChildProcess
    private let input: PipeWriter
    private let output: PipeReader

    /// Why there is no peer.
    private struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Where the peer is, built when it is first asked for.
    private static let program = Task {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appending(path: ".build/yamux-peer")
        let script = root.appending(path: "Tests/InteropTests/go/yamux-peer/build")
        let build = try await ChildProcess.spawn(
            ProcessSpecification(
                "/bin/sh",
                ["-c", "exec \"$@\" 2>&1", "sh", script.path, folder.path]
            )
        )
        var text: [UInt8] = []
        while let more = try await build.standardOutput?.read() { text += more }
        guard try await build.wait() == .exited(0) else {
            throw Missing(description: String(decoding: text, as: UTF8.self))
        }
        return folder.appending(path: "yamux-peer").path
    }

    /// Starts the peer; it is a failure, not a reason to skip, if there is no Go.
    ///
    /// - Parameter role: `client` or `server`.
    /// - Throws: Why there is no peer.
    init(_ role: String) async throws {
        var specification = ProcessSpecification(try await Self.program.value, [role])
        specification.standardInput = .pipe
        process = try await .spawn(specification)
        guard let input = process.standardInput, let output = process.standardOutput else {
            throw Missing(description: "the peer has no pipes")
        }
        self.input = input
        self.output = output
    }

    /// What the peer had to say, once it is gone.
    func end() async throws -> (end: ChildProcess.End, complaints: String) {
        var text: [UInt8] = []
        while let more = try await process.standardError?.read() { text += more }
        return (try await process.wait(), String(decoding: text, as: UTF8.self))
    }

    func read(upTo count: Int) async throws -> [UInt8]? { try await output.read(upTo: count) }

    func write(_ bytes: [UInt8]) async throws { try await input.write(bytes) }

    func finishWriting() async throws { input.close() }

    func close() async {
        input.close()
        output.close()
    }
}
