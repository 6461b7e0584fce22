import ByteStreams
import Foundation
import Processes
import TestSupport

/// hashicorp/yamux in a process of its own, over its input and output; see its `main.go`.
final class GoPeer: ByteStream {
    private let process: ChildProcess
    private let input: PipeWriter
    private let output: PipeReader

    /// Why there is no peer.
    private struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts the peer; it is a failure, not a reason to skip, if there is no Go.
    ///
    /// - Parameter role: `client` or `server`.
    /// - Throws: Why there is no peer.
    init(_ role: String) async throws {
        var specification = ProcessSpecification(try await GoProgram.path("yamux-peer"), [role])
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
