import Communicator
import Foundation
import SFTP
import SSHCommunicator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct SFTPTransferTreeTests {
    private let fixture: SFTPTransferFixture
    private var local: TemporaryDirectory { fixture.local }
    private var far: TemporaryDirectory { fixture.far }

    init() async throws {
        fixture = try await SFTPTransferFixture()
    }

    private func makeTree(in directory: TemporaryDirectory) throws {
        try directory.makeDirectory("t", mode: 0o750)
        try directory.makeDirectory("t/empty")
        try directory.makeDirectory("t/sub dir")
        try directory.write(pattern(200_000), to: "t/sub dir/big", mode: 0o755)
        try directory.write([1], to: "t/sub dir/q'$(id)\n-é", mode: 0o600)
        try directory.write([], to: "t/zero")
        try directory.link("t/file link", to: "sub dir/big")
        try directory.link("t/dir link", to: "sub dir")
        try directory.setMode("t/sub dir", 0o555)
    }

    /// What `makeTree` leads to on the other side: links are followed.
    private func checkTree(_ directory: TemporaryDirectory, _ root: String) throws {
        let contents = try directory.contents()
        for folder in ["sub dir", "dir link"] {
            #expect(contents["\(root)\(folder)/big"] == pattern(200_000))
            #expect(contents["\(root)\(folder)/q'$(id)\n-é"] == [1])
            #expect(try directory.mode("\(root)\(folder)") == 0o555)
            #expect(try directory.mode("\(root)\(folder)/q'$(id)\n-é") == 0o600)
        }
        #expect(contents["\(root)file link"] == pattern(200_000))
        #expect(try directory.mode("\(root)file link") == 0o755)
        #expect(contents["\(root)zero"] == [UInt8]())
        #expect(contents["\(root)empty"] == .some(nil))
        #expect(contents.keys.allSatisfy { !$0.hasSuffix(".part") })
    }

    @Test func `uploads a directory with modes, odd names and what links lead to`() async throws {
        try makeTree(in: local)
        try await fixture.transfer.uploadDirectory(local["t"], to: far["new"], options: .init())
        try checkTree(far, "new/t/")
        #expect(try far.mode("new/t") == 0o750)
        try await fixture.transfer.uploadDirectory(local["t/"], to: far["flat"], options: .init())
        try checkTree(far, "flat/")
        #expect(try far.mode("flat") == 0o750)
    }

    @Test func `downloads a directory with modes, odd names and what links lead to`() async throws {
        try makeTree(in: far)
        try await fixture.transfer.downloadDirectory(far["t"], to: local["new"], options: .init())
        try checkTree(local, "new/t/")
        #expect(try local.mode("new/t") == 0o750)
        try await fixture.transfer.downloadDirectory(far["t/"], to: local["flat"], options: .init())
        try checkTree(local, "flat/")
    }

    @Test func `keeps what is there and is not in the source, and its modes`() async throws {
        try makeTree(in: local)
        try far.makeDirectory("t", mode: 0o711)
        try far.write([9], to: "t/kept")
        try far.write([9], to: "t/zero")
        try await fixture.transfer.uploadDirectory(local["t"], to: far.path, options: .init())
        try checkTree(far, "t/")
        #expect(try far.read("t/kept") == [9])
        #expect(try far.mode("t") == 0o711)
    }

    @Test func `moves 2,000 small files both ways`() async throws {
        try local.makeDirectory("t")
        for directory in 0..<20 {
            try local.makeDirectory("t/\(directory)")
            for file in 0..<100 {
                try local.write(pattern(directory * 100 + file), to: "t/\(directory)/\(file)")
            }
        }
        try await fixture.transfer.uploadDirectory(local["t"], to: far.path, options: .init())
        let before = try local.contents()
        #expect(try far.contents() == before)
        try await fixture.transfer.downloadDirectory(far["t"], to: local["b"], options: .init())
        let after = try local.contents()
        for (name, bytes) in before { #expect(after["b/\(name)"] == bytes) }
    }

    @Test func `keeps names that are not UTF-8`() async throws {
        let name: [UInt8] = [0x2D, 0x66, 0xFF, 0xC3]
        try local.makeDirectory("t")
        try local.makeDirectory("back")
        let file = try AtomicLocalFile(replacing: BytePath(local["t"]).appending(name))
        try file.write([5], at: 0)
        try file.commit(size: 1, mode: 0o644)
        try await fixture.transfer.uploadDirectory(local["t/"], to: far["t"], options: .init())
        try await fixture.transfer.downloadDirectory(far["t/"], to: local["back"], options: .init())
        for directory in [far["t"], local["back"]] {
            let reader = try LocalFileReader(opening: BytePath(directory).appending(name))
            #expect(try reader.read(at: 0, count: 2) == [5])
        }
    }

    @Test(arguments: ["loop", "dangling", "fifo"])
    func `names what cannot be taken along, both ways`(kind: String) async throws {
        for (index, directory) in [local, far].enumerated() {
            try directory.makeDirectory("t")
            try directory.makeDirectory("t/d")
            switch kind {
            case "loop": try directory.link("t/d/loop", to: "../../t")
            case "dangling": try directory.link("t/d/dangling", to: "nowhere")
            default: try directory.makeFIFO("t/d/fifo")
            }
            let error = await #expect(throws: CommunicatorError.self) {
                if index == 0 {
                    let destination = far["new"]
                    try await fixture.transfer.uploadDirectory(
                        local["t"],
                        to: destination,
                        options: .init()
                    )
                } else {
                    let destination = local["new"]
                    try await fixture.transfer.downloadDirectory(
                        far["t"],
                        to: destination,
                        options: .init()
                    )
                }
            }
            #expect(error?.target == directory["t/d/\(kind)"])
        }
    }

    @Test func `says what is wrong with source or destination`() async throws {
        try local.makeDirectory("t")
        try local.write([1], to: "t/f")
        try far.write([1], to: "file")
        let cases: [(String, CommunicatorError.Code)] = [
            (far["missing/x"], .noSuchFile), (far["file"], .notDirectory),
        ]
        for (path, code) in cases {
            let error = await #expect(throws: CommunicatorError.self) {
                try await fixture.transfer.uploadDirectory(local["t"], to: path, options: .init())
            }
            #expect(error?.code == code)
        }
        let downloads: [(String, String, CommunicatorError.Code)] = [
            (far["missing"], local["new"], .noSuchFile), (far["file"], local["new"], .notDirectory),
            (far.path, local["t/f"], .notDirectory), (far.path, local["x/y"], .noSuchFile),
        ]
        for (path, destination, code) in downloads {
            let error = await #expect(throws: CommunicatorError.self) {
                try await fixture.transfer.downloadDirectory(
                    path,
                    to: destination,
                    options: .init()
                )
            }
            #expect(error?.code == code, "\(path)")
        }
    }

    @Test(arguments: ["../x", "/etc/x", "", "a/b", "nul\0", "..\\/", "x/"])
    func `refuses names that lead out of the directory`(name: String) async throws {
        typealias Server = ScriptedSFTPServer
        let directory = Server.number(4) + Server.number(0o040755)
        let server = Server { request in
            let number = Server.number(1)
            switch request.type {
            case 16:
                let path = Server.string("/d") + Server.string("") + Server.number(0)
                return .bytes(Server.packet(104, request.id, number, path))
            case 17: return .bytes(Server.packet(105, request.id, directory))
            case 11: return .bytes(Server.packet(102, request.id, Server.string("h")))
            case 12:
                let file = Server.number(4) + Server.number(0o100644)
                let entry = Server.string(name) + Server.string("") + file
                return .bytes(Server.packet(104, request.id, number, entry))
            default: return Server.status(0, to: request)
            }
        }
        let client = try await SFTPClient.start(over: server)
        let transfer = SFTPTransfer(over: client) { _ in }
        // The script lists the name for ever: a name that were accepted would be listed at the end.
        let watch = Task {
            await server.waitForRequests(50)
            await server.hangUp()
        }
        defer { watch.cancel() }
        let error = await #expect(throws: CommunicatorError.self) {
            try await transfer.downloadDirectory("/d", to: local["out"], options: .init())
        }
        #expect(error?.code == .protocolViolation)
        #expect(try local.names().isEmpty)
        await client.close()
    }
}
