import Communicator
import Foundation
import SFTP
import SSHCommunicator
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct SFTPTransferFileTests {
    private let fixture: SFTPTransferFixture
    private var local: TemporaryDirectory { fixture.local }
    private var far: TemporaryDirectory { fixture.far }

    init() async throws {
        fixture = try await SFTPTransferFixture()
    }

    @Test(arguments: [
        0, 1, 32_671, 32_767, 32_768, 32_769, 65_370, 65_371, 65_372, 65_536, 130_742,
        (1 << 20) + 1, 5_000_011,
    ])
    func `brings a file of any size there and back`(size: Int) async throws {
        let bytes = pattern(size)
        try local.write(bytes, to: "up", mode: 0o751)
        try await fixture.transfer.upload(.file(local["up"]), to: far["f"], options: .init())
        #expect(try far.read("f") == bytes)
        #expect(try far.mode("f") == 0o751)
        #expect(try far.names() == ["f"])
        let down = DownloadTarget.file(local["down"])
        try await fixture.transfer.download(far["f"], to: down, options: .init())
        #expect(try local.read("down") == bytes)
        #expect(try local.names() == ["down", "up"])
        let sink = CollectingSink()
        try await fixture.transfer.download(far["f"], to: .sink(sink), options: .init())
        #expect(await sink.bytes == bytes)
    }

    @Test func `uploads bytes and streams with the mode that was asked for`() async throws {
        let bytes = pattern(200_000)
        let stream = PiecewiseSource(bytes, piece: 777)
        try await fixture.transfer.upload(
            .bytes(bytes, mode: 0o600),
            to: far["a"],
            options: .init()
        )
        try await fixture.transfer.upload(.init(.stream(stream)), to: far["b"], options: .init())
        #expect(try far.read("a") == bytes)
        #expect(try far.read("b") == bytes)
        #expect(try far.mode("a") == 0o600)
        #expect(try far.mode("b") == 0o644)
    }

    @Test(arguments: [
        "sp ace", "q'uote\"", "$(touch x)", "nl\nx", "-dash", "uni-é-☃", "~", "a\\b", "*?[x]", ";x",
    ])
    func `takes every name literally`(name: String) async throws {
        try await fixture.transfer.upload(.bytes([1]), to: far[name], options: .init())
        #expect(try far.names() == [name])
        let target = DownloadTarget.file(local[name])
        try await fixture.transfer.download(far[name], to: target, options: .init())
        #expect(try local.names() == [name])
    }

    @Test func `starts relative paths where the session starts`() async throws {
        try await fixture.transfer.upload(.bytes([7]), to: "-relative", options: .init())
        #expect(try far.read("-relative") == [7])
    }

    @Test func `follows the last link and replaces its target`() async throws {
        try far.makeDirectory("d")
        try far.write([0], to: "d/target", mode: 0o600)
        try far.link("link", to: "d/target")
        try far.link("two", to: "link")
        try far.link("dangling", to: "d/fresh")
        try await fixture.transfer.upload(.bytes([1]), to: far["two"], options: .init())
        try await fixture.transfer.upload(.bytes([2]), to: far["dangling"], options: .init())
        #expect(try far.read("d/target") == [1])
        #expect(try far.read("d/fresh") == [2])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: far["two"]) == "link")
    }

    @Test func `keeps the owner of the file that it replaces`() async throws {
        try #require(geteuid() == 0, "run the tests as root, as the test container does")
        try far.write([0], to: "f")
        try FileManager.default.setAttributes(
            [.ownerAccountID: 1234, .groupOwnerAccountID: 2345],
            ofItemAtPath: far["f"]
        )
        try await fixture.transfer.upload(.bytes([1], mode: 0o4755), to: far["f"], options: .init())
        let found = try FileManager.default.attributesOfItem(atPath: far["f"])
        #expect(found[.ownerAccountID] as? Int == 1234)
        #expect(found[.groupOwnerAccountID] as? Int == 2345)
        #expect(try far.mode("f") == 0o4755)
    }

    @Test func `needs none of OpenSSH's extensions`() async throws {
        let fixture = try await SFTPTransferFixture(without: SFTPTransferFixture.extensions)
        #expect(fixture.client.extensions.isDisjoint(with: [.posixRename, .limits, .statvfs]))
        let bytes = pattern(300_001)
        try fixture.far.write([0], to: "old")
        for name in ["old", "new"] {
            let path = fixture.far[name]
            try await fixture.transfer.upload(.bytes(bytes), to: path, options: .init())
            let target = DownloadTarget.file(fixture.local[name])
            try await fixture.transfer.download(path, to: target, options: .init())
            #expect(try fixture.local.read(name) == bytes)
        }
        #expect(try fixture.far.names() == ["new", "old"])
    }

    @Test func `writes devices and FIFOs in place`() async throws {
        try await fixture.transfer.upload(
            .bytes(pattern(300_000)),
            to: "/dev/null",
            options: .init()
        )
        let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
        #expect(type as? FileAttributeType == .typeCharacterSpecial)
        let pipe = try far.makeFIFO("pipe")
        async let read = FileQueue().run {
            try FileHandle(forReadingAtPath: pipe)?.readToEnd() ?? Data()
        }
        let bytes = pattern(300_000)
        try await fixture.transfer.upload(.bytes(bytes), to: pipe, options: .init())
        #expect(try await [UInt8](read) == bytes)
        #expect(fixture.warnings.isEmpty)
    }

    #if os(Linux)
        @Test func `writes in place where the directory takes no new names`() async throws {
            let path = "/proc/self/comm"
            try await fixture.transfer.upload(.bytes(Array("x y".utf8)), to: path, options: .init())
            let sink = CollectingSink()
            try await fixture.transfer.download(path, to: .sink(sink), options: .init())
            #expect(await sink.bytes == Array("x y\n".utf8))
            #expect(fixture.warnings.count == 1)
        }
    #endif

    #if os(Linux)
        @Test(arguments: ["/proc/self/status", "/sys/devices/system/cpu/online"])
        func `downloads files whose size the server does not know`(path: String) async throws {
            // A file of /proc says that it is empty, one of /sys that it has a page of content.
            let target = DownloadTarget.file(local["f"])
            try await fixture.transfer.download(path, to: target, options: .init())
            let found = String(decoding: try local.read("f"), as: UTF8.self)
            #expect(found.contains(path.hasPrefix("/proc") ? "sftp-server" : "0"))
            #expect(found.utf8.count < 4096)
        }
    #endif

    @Test func `reports progress seldom, and the end once`() async throws {
        let reports = Reports()
        let options = TransferOptions { reports.add($0) }
        let size = 3_000_000
        try await fixture.transfer.upload(.bytes(pattern(size)), to: far["f"], options: options)
        try await fixture.transfer.download(far["f"], to: .file(local["f"]), options: options)
        for direction in [TransferProgress.Direction.upload, .download] {
            let some = reports.all.filter { $0.direction == direction }
            #expect(some.filter(\.isFinished).count == 1)
            let last = try #require(some.last)
            #expect(last.isFinished && last.completed == UInt64(size) && last.total == UInt64(size))
            #expect(last.path == far["f"])
            #expect(some.map(\.completed) == some.map(\.completed).sorted())
            #expect(some.count < 40)
        }
    }
}

/// Gives bytes in small pieces.
actor PiecewiseSource: ByteSource {
    private var rest: ArraySlice<UInt8>
    private let piece: Int

    init(_ bytes: [UInt8], piece: Int) {
        rest = bytes[...]
        self.piece = piece
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(min(count, piece)) }
        return Array(rest.prefix(min(count, piece)))
    }
}

/// Keeps what it gets.
actor CollectingSink: ByteSink {
    private(set) var bytes: [UInt8] = []

    func write(_ more: [UInt8]) async throws {
        bytes += more
    }
}

/// Keeps reports of progress.
final class Reports: Sendable {
    private let reports = Mutex<[TransferProgress]>([])
    var all: [TransferProgress] { reports.withLock { $0 } }
    func add(_ report: TransferProgress) { reports.withLock { $0.append(report) } }
}
