import Dispatch
import Foundation
@testable import PluginSDK
import Processes
import TestSupport
import Testing

/// Where a plugin writes its transcript.
@Suite(.timeLimit(.minutes(2))) struct TraceOutputTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// A plugin that is started with a transcript, up to where it waits for its host.
    private func start(writing place: String) async throws -> Program.Outcome {
        try await Program(
            ProjectFiles.pluginSwift(),
            environment: [
                "PACKER_PLUGIN_MAGIC_COOKIE": String(StartedPlugin.cookie.dropFirst(27)),
                "PACKER_SWIFT_TRACE": place, "TMPDIR": folder.path,
            ]
        ).run(["start", "provisioner", "shell"]) { plugin in
            try await eventually("the plugin's line or its end") {
                plugin.output.contains("|unix|") || plugin.hasEnded
            }
            plugin.signal(SIGTERM)
        }
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a file that others could read is this user's alone then`() async throws {
        let path = try folder.write(Array("before\n".utf8), to: "transcript", mode: 0o666)
        #expect(try await start(writing: path).end == .signaled(SIGTERM))
        #expect(try mode(path) == 0o600)
        #expect(try folder.read("transcript") == Array("before\n".utf8))
    }

    @Test func `what is no file, or another's, is refused`() async throws {
        let fifo = try folder.makeFIFO("fifo")
        // Somebody reads it, so it can be written.
        let reader = try #require(FileHandle(forUpdatingAtPath: fifo))
        let link = folder["link"]
        try FileManager.default.createSymbolicLink(
            atPath: link,
            withDestinationPath: folder["elsewhere"]
        )
        let own = try folder.write([], to: "own")
        var others = "/etc/passwd"
        // Nobody else can give a file away, or write to another's.
        if geteuid() == 0 {
            others = try folder.write([], to: "others")
            let result = unsafe chown(others, 65_534, 65_534)
            #expect(result == 0)
        }
        for place in [fifo, link, others, "/dev/null"] {
            let outcome = try await start(writing: place)
            #expect(outcome.end == .exited(1), "\(place)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("PACKER_SWIFT_TRACE is \"\(place)\", which "))
        }
        try reader.close()
        #expect(try await start(writing: own).end == .signaled(SIGTERM))
    }

    @Test func `lines that are written at once do not mix in the log`() async {
        // In a process of its own, whose standard error is a pipe that holds less than a line.
        await #expect(processExitsWith: .success) {
            let pipe = Pipe()
            #if os(Linux)
                let setPipeSize: Int32 = 1031
                precondition(fcntl(pipe.fileHandleForReading.fileDescriptor, setPipeSize, 4096) > 0)
            #endif
            let errors = dup(STDERR_FILENO)
            dup2(pipe.fileHandleForWriting.fileDescriptor, STDERR_FILENO)
            try pipe.fileHandleForWriting.close()
            DispatchQueue.global().async {
                DispatchQueue.concurrentPerform(iterations: 4) { number in
                    let line = String(repeating: "\(number)", count: 9000)
                    for _ in 0..<100 { PluginLog.write(line) }
                }
                dup2(errors, STDERR_FILENO)
            }
            // In small pieces, so that writers wait in the middle of their lines.
            var log = Data()
            while let bytes = try pipe.fileHandleForReading.read(upToCount: 8), !bytes.isEmpty {
                log += bytes
            }
            let lines = log.split(separator: UInt8(ascii: "\n"))
            precondition(lines.count == 400, "\(lines.count) lines")
            for line in lines {
                precondition(line.count == 9000 && Set(line).count == 1, "lines are mixed")
            }
        }
    }
}
