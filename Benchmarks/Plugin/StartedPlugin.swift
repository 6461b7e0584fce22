import ByteStreams
import Foundation
import PackerRPC
import Processes
import SocketStreams

/// A plugin in a process of its own, and how long it took to say where it listens.
struct StartedPlugin {
    let session: HostSession
    let timeToHandshake: Duration
    private let process: ChildProcess

    private static let cookie =
        "PACKER_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

    init(_ program: PluginProgram, provisioner: String) async throws {
        var specification = ProcessSpecification(program.path, program.arguments(provisioner))
        specification.environment =
            ProcessInfo.processInfo.environment.map { Array("\($0.key)=\($0.value)".utf8) }
            + [Array(Self.cookie.utf8)]
        specification.standardError = .null
        let start = ContinuousClock.now
        process = try await .spawn(specification)
        guard let output = process.standardOutput else { throw BenchError("there is no pipe") }
        var line: [UInt8] = []
        while !line.contains(0x0A) {
            guard let bytes = try await output.read() else {
                throw BenchError("\(program.name) says nothing")
            }
            line += bytes
        }
        timeToHandshake = ContinuousClock.now - start
        guard case .unix(let path) = try HandshakeLine(decoding: line).address else {
            throw BenchError("\(program.name) has no socket")
        }
        session = try await HostSession(
            over: try await SocketStream.connect(unixSocket: path, timeout: .seconds(10))
        )
    }

    /// The memory that is its own or shared, in MiB.
    var residentMemory: Double {
        get throws {
            let path = "/proc/\(process.processID)/status"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            guard let word = line?.split(separator: " ").dropFirst().first, let size = Double(word)
            else { throw BenchError("\(path) has no VmRSS") }
            return size / 1024
        }
    }

    func end() async throws {
        await session.close()
        let end = try await process.wait()
        guard end == .exited(0) else { throw BenchError("a plugin ended with \(end)") }
    }
}
