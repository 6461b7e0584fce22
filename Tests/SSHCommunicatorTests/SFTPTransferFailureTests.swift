import ByteStreams
import Communicator
import Foundation
import SFTP
import SSHCommunicator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct SFTPTransferFailureTests {
    private func refusal(
        _ code: CommunicatorError.Code,
        _ path: String,
        _ body: () async throws -> Void
    ) async {
        let error = await #expect(throws: CommunicatorError.self) { try await body() }
        #expect(error?.code == code, "\(String(describing: error))")
        #expect(error?.target == path)
    }

    @Test func `names path and cause of an upload that cannot be`() async throws {
        let fixture = try await SFTPTransferFixture()
        let far = fixture.far
        try far.makeDirectory("d")
        try far.write([1], to: "file")
        try far.link("loop", to: "loop")
        let long = far[String(repeating: "n", count: 256)]
        for (path, code) in [
            (far["d"], CommunicatorError.Code.isDirectory), (far["d/"], .isDirectory),
            (far["missing/f"], .noSuchFile), (far["new/"], .noSuchFile), ("", .noSuchFile),
            (far["file/f"], .notDirectory), (far["loop"], .transferFailed), (long, .transferFailed),
        ] {
            await refusal(code, path) {
                try await fixture.transfer.upload(.bytes([2]), to: path, options: .init())
            }
        }
        await refusal(.noSuchFile, far["nothing"]) {
            try await fixture.transfer.upload(.file(far["nothing"]), to: far["x"], options: .init())
        }
        #expect(try far.names() == ["d", "file", "loop"])
        #expect(try far.read("file") == [1])
    }

    @Test func `names path and cause of a download that cannot be`() async throws {
        let fixture = try await SFTPTransferFixture()
        let (far, local) = (fixture.far, fixture.local)
        try far.makeDirectory("d")
        try far.makeFIFO("pipe")
        try far.write([1], to: "f")
        try local.write([9], to: "old")
        for (path, code) in [
            (far["d"], CommunicatorError.Code.isDirectory), (far["missing"], .noSuchFile),
            (far["pipe"], .transferFailed),
        ] {
            await refusal(code, path) {
                let target = DownloadTarget.file(local["old"])
                try await fixture.transfer.download(path, to: target, options: .init())
            }
        }
        await refusal(.noSuchFile, local["missing/f"]) {
            let target = DownloadTarget.file(local["missing/f"])
            try await fixture.transfer.download(far["f"], to: target, options: .init())
        }
        #expect(try local.names() == ["old"])
        #expect(try local.read("old") == [9])
    }

    @Test func `respects permissions and writes in place where only the file may be`() async throws
    {
        let fixture = try await SFTPTransferFixture(asNobody: true)
        let far = fixture.far
        try far.makeDirectory("d")
        try far.write([1], to: "d/writable", mode: 0o666)
        try far.write([1], to: "d/readonly", mode: 0o444)
        try far.setMode("d", 0o555)
        for name in ["d/readonly", "d/new"] {
            await refusal(.permissionDenied, far[name]) {
                try await fixture.transfer.upload(.bytes([2]), to: far[name], options: .init())
            }
        }
        #expect(fixture.warnings.isEmpty)
        try await fixture.transfer.upload(.bytes([2]), to: far["d/writable"], options: .init())
        #expect(fixture.warnings.count == 1)
        #expect(fixture.warnings.first?.contains(far["d/writable"]) == true)
        #expect(try far.read("d/writable") == [2])
        #expect(try far.read("d/readonly") == [1])
        #expect(try far.names(in: "d") == ["readonly", "writable"])
        try far.setMode("d", 0o755)
    }

    @Test func `leaves the old file when the disk is full`() async throws {
        try #require(geteuid() == 0, "run the tests as root, as the test container does")
        let disk = try SmallDisk()
        let fixture = try await SFTPTransferFixture()
        let path = disk.directory["f"]
        try disk.directory.write([1], to: "f")
        await refusal(.noSpace, path) {
            try await fixture.transfer.upload(.bytes(pattern(5 << 20)), to: path, options: .init())
        }
        #expect(try disk.directory.contents() == ["f": [1]])
        try fixture.local.makeDirectory("t")
        for number in 0..<40 {
            try fixture.local.write(pattern(60_000), to: "t/\(number)")
        }
        let error = await #expect(throws: CommunicatorError.self) {
            try await fixture.transfer.uploadDirectory(
                fixture.local["t"],
                to: disk.directory.path,
                options: .init()
            )
        }
        #expect(error?.code == .noSpace)
        #expect(try disk.directory.contents().keys.allSatisfy { !$0.hasSuffix(".part") })
        #expect(fixture.warnings.isEmpty)
    }

    @Test func `keeps the new file when it is the only one and cannot be renamed`() async throws {
        let fixture = try await SFTPTransferFixture(without: ["posix-rename", "rename"])
        try fixture.far.write([1], to: "f")
        let error = await #expect(throws: CommunicatorError.self) {
            try await fixture.transfer.upload(.bytes([2]), to: fixture.far["f"], options: .init())
        }
        let name = try #require(try fixture.far.names().first)
        #expect(try fixture.far.contents() == [name: [2]])
        #expect(error?.remedy?.contains(fixture.far[name]) == true)
        await refusal(.permissionDenied, fixture.far["new"]) {
            try await fixture.transfer.upload(.bytes([3]), to: fixture.far["new"], options: .init())
        }
        #expect(try fixture.far.names() == [name])
    }

    @Test func `refuses a source that changes while it is sent`() async throws {
        let fixture = try await SFTPTransferFixture()
        let path = try fixture.local.write(pattern(3_000_000), to: "f")
        let options = TransferOptions { _ in
            _ = try? FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)],
                ofItemAtPath: path
            )
        }
        await refusal(.sourceChanged, path) {
            try await fixture.transfer.upload(.file(path), to: fixture.far["f"], options: options)
        }
        #expect(try fixture.far.names().isEmpty)
    }

    @Test func `ends with an error wherever the connection breaks`() async throws {
        let bytes = pattern(300_000)
        for cut in stride(from: 700, to: 1_000, by: 7) {
            let fixture = try await SFTPTransferFixture { CutStream($0, after: cut) }
            try fixture.far.write([1], to: "f")
            let error = await #expect(throws: CommunicatorError.self, "cut at \(cut)") {
                while true {
                    try await fixture.transfer.upload(
                        .bytes(bytes),
                        to: fixture.far["g"],
                        options: .init()
                    )
                }
            }
            #expect(error?.code == .disconnected)
            #expect(try fixture.far.read("f") == [1])
        }
        for cut in stride(from: 700, to: 300_000, by: 9_973) {
            let fixture = try await SFTPTransferFixture { CutStream($0, after: cut) }
            try fixture.far.write(bytes, to: "f")
            try fixture.local.write([1], to: "f")
            await refusal(.disconnected, fixture.far["f"]) {
                let target = DownloadTarget.file(fixture.local["f"])
                try await fixture.transfer.download(fixture.far["f"], to: target, options: .init())
            }
            #expect(try fixture.local.contents() == ["f": [1]])
        }
    }
}

extension TemporaryDirectory {
    fileprivate func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self[directory]).sorted()
    }
}

/// A file system of 1 MiB.
private final class SmallDisk: Sendable {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try Self.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory.path])
    }

    deinit {
        try? Self.run(["umount", directory.path])
    }

    private static func run(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw POSIXError(.EPERM) }
    }
}

/// A stream that ends after so many bytes from the far side.
private actor CutStream: ByteStream {
    private let stream: any ByteStream
    private var left: Int

    init(_ stream: any ByteStream, after count: Int) {
        self.stream = stream
        left = count
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        guard left > 0 else {
            await stream.close()
            return nil
        }
        let bytes = try await stream.read(upTo: min(left, count))
        left -= bytes?.count ?? 0
        return bytes
    }

    func write(_ bytes: [UInt8]) async throws { try await stream.write(bytes) }
    func finishWriting() async throws { try await stream.finishWriting() }
    func close() async { await stream.close() }
}
