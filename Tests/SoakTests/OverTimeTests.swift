import Foundation
import Processes
import SoakReports
import TestSupport
import Testing

@Suite("What goes on for long", .serialized)
struct OverTimeTests {
    @Test func `commands on one connection leave nothing behind`() async throws {
        let count = SoakScale.of(10_000)
        let (run, end) = try await SoakRun.of("execs", count, on: DockerServer())
        run.expectFlat()
        #expect(run.range(\.sockets) == 1...1)
        try SoakTable.write(
            SoakTable.overTime,
            [run.figures("\(count) commands on one connection", end)]
        )
    }

    @Test func `connections leave nothing behind`() async throws {
        let count = SoakScale.of(1000)
        let (run, end) = try await SoakRun.of("connects", count, on: DockerServer())
        run.expectFlat()
        #expect(run.range(\.sockets) == 0...0)
        try SoakTable.write(
            SoakTable.overTime,
            [run.figures("\(count) connections with a command each", end)]
        )
    }

    @Test func `a long output comes whole and takes no memory`() async throws {
        let size = SoakScale.of(10 << 30)
        let (run, end) = try await SoakRun.of("output", size, on: DockerServer())
        run.expectFlat(residentLimit: SoakRun.streamLimit)
        #expect(run.range(\.anonymous).isShorter(than: 66 << 20))
        try SoakTable.write(
            SoakTable.overTime,
            [run.figures("\(size >> 20) MiB of output in lines", end)]
        )
    }

    @Test func `a line without an end comes whole and takes no memory`() async throws {
        let size = SoakScale.of(1 << 30)
        let server = try DockerServer()
        let files = try TemporaryDirectory()
        let child = try await ChildProcess.spawn(
            ProcessSpecification(
                try ProjectFiles.packerSwift(),
                ["build", try Self.template(size, server, in: files)],
                environment: ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
                    + ["MALLOC_ARENA_MAX=1"],
                workingDirectory: files.path
            )
        )
        let run = try await within(.seconds(7200), "the end of a build") {
            try await Self.watch(child, until: size)
        }
        run.expectFlat(residentLimit: SoakRun.streamLimit)
        #expect(run.range(\.anonymous).isShorter(than: 66 << 20))
        try SoakTable.write(
            SoakTable.overTime,
            [run.figures("\(size >> 20) MiB of output without a newline, in a build")]
        )
    }

    private static func template(
        _ size: Int,
        _ server: DockerServer,
        in files: TemporaryDirectory
    ) throws -> String {
        let template: [String: Any] = [
            "builders": [
                [
                    "type": "null", "communicator": "ssh", "ssh_host": server.host,
                    "ssh_port": server.port, "ssh_username": server.user,
                    "ssh_private_key_file": server.privateKeyPath,
                ]
            ],
            "provisioners": [
                ["type": "shell", "inline": ["head -c \(size) /dev/zero | tr '\\000' x"]]
            ],
        ]
        let text = try JSONSerialization.data(withJSONObject: template)
        return try files.write([UInt8](text), to: "template.json")
    }

    /// What a build holds while it shows so many letters x, which are all of its command's output.
    private static func watch(_ child: ChildProcess, until size: Int) async throws -> SoakRun {
        let start = ContinuousClock.now
        var samples: [ProcessSample] = []
        var count = 0
        var next = size / 50
        async let errors = text(of: child.standardError)
        while let bytes = try await child.standardOutput?.read() {
            count += letters(in: bytes)
            guard count >= next, count < size else { continue }
            next += size / 50
            samples.append(
                try ProcessSample(of: "\(child.processID)", after: count >> 20, since: start)
            )
        }
        let said = try await errors
        #expect(try await child.wait() == .exited(0), "\(said)")
        // Its own words have none but that of an executed script's name, if any.
        #expect(count >= size && count < size + 100, "\(count) of \(size)")
        return SoakRun(samples)
    }

    /// How many letters x there are; eight at a time, as loops are slow in a build for tests.
    private static func letters(in bytes: [UInt8]) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            var count = 0
            var place = 0
            while place + 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                if word == 0x7878_7878_7878_7878 {
                    count += 8
                } else {
                    for index in place..<place + 8 where unsafe bytes[index] == 0x78 { count += 1 }
                }
                place += 8
            }
            for index in place..<bytes.count where unsafe bytes[index] == 0x78 { count += 1 }
            return count
        }
    }

    private static func text(of pipe: PipeReader?) async throws -> String {
        var bytes: [UInt8] = []
        while let more = try await pipe?.read() { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ClosedRange<Int> {
    fileprivate func isShorter(than limit: Int) -> Bool { upperBound - lowerBound < limit }
}
