import ByteStreams
import Foundation
import NetRPC
import Processes
import TestSupport

/// Go's own net/rpc with ugorji's codec in a process, spoken to over its standard input and output;
/// see its `main.go`.
final class GoPeer: ByteStream {
    private let process: ChildProcess

    /// Starts the peer with `serve` or `call`.
    init(_ mode: String) async throws {
        var specification = ProcessSpecification(try await GoProgram.path("netrpc-peer"), [mode])
        specification.standardInput = .pipe
        process = try await ChildProcess.spawn(specification)
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        try await process.standardOutput?.read(upTo: count)
    }

    func write(_ bytes: [UInt8]) async throws { try await process.standardInput?.write(bytes) }

    func finishWriting() async throws { process.standardInput?.close() }

    func close() async {
        process.standardInput?.close()
        process.standardOutput?.close()
    }

    /// Ends the peer as a crash would.
    func kill() async { await process.terminateTree(grace: .zero) }

    /// What the peer said on its standard error, to its end; and whether it exited with 0.
    func report() async throws -> (text: String, isSuccess: Bool) {
        var said: [UInt8] = []
        while let bytes = try await process.standardError?.read() { said += bytes }
        let end = try await process.wait()
        return (String(decoding: said, as: UTF8.self), end == .exited(0))
    }
}
