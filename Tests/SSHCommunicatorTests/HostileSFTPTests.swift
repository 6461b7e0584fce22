import Communicator
import SFTP
import SSHCommunicator
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct `A hostile SFTP server` {
    private typealias Entry = HostileFarSide.Entry
    private typealias Server = ScriptedSFTPServer
    private let near: TemporaryDirectory

    init() throws {
        near = try TemporaryDirectory()
        try near.write(Array("old".utf8), to: "x")
        try near.makeDirectory("out")
        try near.write(Array("old".utf8), to: "out/f")
    }

    private func download(
        _ path: String,
        from server: HostileFarSide,
        progress: (@Sendable (TransferProgress) -> Void)? = nil
    ) async throws {
        let client = try await server.client()
        let transfer = SFTPTransfer(over: client) { _ in }
        let options = TransferOptions(progress: progress)
        do {
            if path.hasSuffix("/") {
                try await transfer.downloadDirectory(path, to: near["out"], options: options)
            } else {
                try await transfer.download(path, to: .file(near["out/f"]), options: options)
            }
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    private func refusal(_ path: String, of server: HostileFarSide) async -> CommunicatorError? {
        let error = await #expect(throws: CommunicatorError.self) {
            try await download(path, from: server)
        }
        #expect(isHarmless("\(error.map(String.init(describing:)) ?? "")"))
        return error
    }

    private func isHarmless(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// Nothing beside the destination was touched.
    private func expectNothingOutside(_ inside: [String: [UInt8]]) throws {
        var expected = Dictionary(uniqueKeysWithValues: inside.map { ("out/\($0)", Optional($1)) })
        expected["x"] = Array("old".utf8)
        expected["out"] = .some(nil)
        #expect(try near.contents() == expected)
    }

    private static let names = [
        "../x", "/etc/x", "a/b", "x/..", "/", "", "a-NUL-b",
        "../../../../../../tmp/x", "LONG",
    ]

    @Test(arguments: names, [0o100644, 0o040755, 0o120777] as [UInt32])
    func `cannot name what is not in the directory`(name: String, mode: UInt32) async throws {
        let name = name.replacing("NUL", with: "\0")
            .replacing("LONG", with: String(repeating: "n", count: 1_025))
        let server = HostileFarSide(listing: [Entry(name: name, mode: mode), Entry(name: "g")])
        let error = await refusal("/d/", of: server)
        #expect(error?.code == .protocolViolation)
        try expectNothingOutside(["f": Array("old".utf8)])
    }

    @Test(arguments: [0o100644, 0o040755, 0o120777] as [UInt32])
    func `is not followed to the directory itself or the one above it`(mode: UInt32) async throws {
        let entries = [Entry(name: ".", mode: mode), Entry(name: "..", mode: mode)]
        try await download("/d/", from: HostileFarSide(listing: entries + [Entry(name: "g")]))
        try expectNothingOutside(["f": Array("old".utf8), "g": Array("abc".utf8)])
    }

    @Test func `may list a name twice, and nothing comes of it`() async throws {
        let twice = [Entry(name: "g"), Entry(name: "g", content: "xyz")]
        try await download("/d/", from: HostileFarSide(listing: twice))
        try expectNothingOutside(["f": Array("old".utf8), "g": Array("abc".utf8)])
        let both = [Entry(name: "h", mode: 0o040755), Entry(name: "h")]
        let server = HostileFarSide(listing: both, below: [Entry(name: "../x")])
        #expect(await refusal("/d/", of: server)?.code == .protocolViolation)
        let mixed = HostileFarSide(listing: both, below: [Entry(name: "i")])
        #expect(await refusal("/d/", of: mixed)?.code == .isDirectory)
        try #expect(near.names() == ["out", "x"])
    }

    @Test func `cannot lead in a circle`() async throws {
        let link = Entry(name: "l", mode: 0o120777)
        let circle = HostileFarSide(
            listing: [link],
            realPath: { $0 == "/d/l" ? "/d" : $0 }
        )
        let error = await refusal("/d/", of: circle)
        #expect(error?.target == "/d/l")
        #expect(error?.detail.contains("leads back") == true)
        // One that lies about where it leads is deeper than any directory.
        let endless = HostileFarSide(
            { $0.hasPrefix("/d") ? (Entry(name: "l", mode: 0o040755), [link]) : nil }
        )
        #expect(await refusal("/d/", of: endless)?.code == .protocolViolation)
        try expectNothingOutside(["f": Array("old".utf8)])
    }

    @Test func `gives no setuid, setgid or sticky bit`() async throws {
        let entries = [Entry(name: "s", mode: 0o107755), Entry(name: "e", mode: 0o047755)]
        try await download("/d/", from: HostileFarSide(listing: entries))
        for name in ["out/s", "out/e"] {
            #expect(try FileStatus.of(BytePath(near[name])).mode & 0o7777 == 0o755)
        }
    }

    @Test(arguments: ["/d/", "/d/g"], [0, 1, 4, 70_000, 1 << 40, .max] as [UInt64])
    func `may lie about a size, and what it sends arrives or nothing does`(
        path: String,
        size: UInt64
    ) async throws {
        let content = String(repeating: "abc", count: 30_000)
        let server = HostileFarSide(listing: [Entry(name: "g", size: size, content: content)])
        try await download(path, from: server)
        #expect(try near.read(path == "/d/" ? "out/g" : "out/f") == Array(content.utf8))
        // One that takes the lie back says that the file became shorter.
        let shrinking = HostileFarSide(listing: [Entry(name: "h", size: 1 << 20)]) { request in
            guard request.type == 8 else { return nil }
            let told = Server.number(1) + Server.number(0) + Server.number(3)
            return .bytes(Server.packet(105, request.id, told))
        }
        let error = await refusal(path == "/d/" ? path : "/d/h", of: shrinking)
        #expect(error?.code == .sourceChanged)
        #expect(!(try near.contents()).keys.contains("out/h"))
    }

    @Test(arguments: ["/d/", "/d/g"])
    func `cannot send more than was asked for`(path: String) async throws {
        let server = HostileFarSide(listing: [Entry(name: "g")]) { request in
            guard request.type == 5 else { return nil }
            let many = [UInt8](repeating: 0x41, count: 100_000)
            return .bytes(Server.packet(103, request.id, Server.number(100_000), many))
        }
        #expect(await refusal(path, of: server)?.code == .protocolViolation)
        try expectNothingOutside(["f": Array("old".utf8)])
    }

    @Test(arguments: [0, 20_000])
    func `cannot list without an end`(perReply: Int) async throws {
        let dot = Server.string(".") + Server.string("") + Server.number(0)
        let names = (0..<perReply).flatMap { _ in dot }
        let server = HostileFarSide(listing: []) { request in
            guard request.type == 12 else { return nil }
            let count = Server.number(UInt32(perReply))
            return .bytes(Server.packet(104, request.id, count, names))
        }
        #expect(await refusal("/d/", of: server)?.code == .protocolViolation)
        try expectNothingOutside(["f": Array("old".utf8)])
    }

    @Test func `that holds back one piece gets no memory for all the others`() async throws {
        let most = Mutex<UInt64>(0)
        let server = HostileFarSide(listing: [Entry(name: "g", size: 1 << 40)]) { request in
            guard request.type == 5 else { return nil }
            let place = request.body.suffix(12)
            let offset = place.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let count = place.suffix(4).reduce(0) { $0 << 8 | Int($1) }
            most.withLock { $0 = max($0, offset) }
            guard offset > 0 else { return .silence }
            let bytes = [UInt8](repeating: 0x41, count: count)
            return .bytes(Server.packet(103, request.id, Server.number(UInt32(count)), bytes))
        }
        let client = try await server.client()
        let transfer = SFTPTransfer(over: client) { _ in }
        let download = Task {
            try await transfer.download("/d/g", to: .sink(Nowhere()), options: TransferOptions())
        }
        try await eventually("the server was asked for more") { most.withLock { $0 } > 0 }
        // Each of these goes the way of the replies, and behind them.
        for _ in 0..<200 { _ = try await client.request(.realpath(path: [0x2F])) }
        #expect(most.withLock { $0 } <= 64 * 65_536)
        download.cancel()
        await #expect(throws: CancellationError.self) { try await download.value }
        await client.close()
    }

    @Test func `cannot steer the terminal`() async throws {
        let evil = "\u{1B}]0;owned\u{7}\u{9B}2J\r\n"
        let fifo = HostileFarSide(listing: [Entry(name: evil, mode: 0o010644)])
        #expect(await refusal("/d/", of: fifo)?.target.contains("owned") == true)
        let link = HostileFarSide(
            listing: [Entry(name: evil, mode: 0o120777)],
            realPath: { _ in "/d" }
        )
        #expect(await refusal("/d/", of: link)?.target.contains("owned") == true)
        for type: UInt8 in [3, 5, 11, 12, 16, 17] {
            for code: UInt32 in [2, 3, 4, 77] {
                let rude = HostileFarSide(listing: [Entry(name: "g")]) { request in
                    request.type == type ? Server.status(code, to: request, evil) : nil
                }
                _ = await refusal("/d/", of: rude)
            }
        }
        let garbage = HostileFarSide(listing: []) { _ in .bytes(Array("\(evil)\(evil)".utf8)) }
        #expect(await refusal("/d/", of: garbage)?.code == .protocolViolation)
        try expectNothingOutside(["f": Array("old".utf8)])
    }
}

/// Takes everything and keeps nothing.
private struct Nowhere: ByteSink {
    func write(_ bytes: [UInt8]) async throws {}
}
