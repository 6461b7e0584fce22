import Communicator
import Foundation
import TestSupport
import Testing

@Suite struct LocalFileAtomicTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func path(_ name: String) -> BytePath { BytePath(directory[name]) }

    private func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: directory[name])[.posixPermissions] as? Int
    }

    @Test func `shows the file only when it is whole`() throws {
        try directory.write(Array("old".utf8), to: "f", mode: 0o600)
        let file = try AtomicLocalFile(replacing: path("f"))
        try file.write(Array("456".utf8), at: 3)
        try file.write(Array("012".utf8), at: 0)
        #expect(try directory.read("f") == Array("old".utf8))
        let names = try directory.names()
        #expect(names.count == 2)
        let temporary = try #require(names.first { $0.hasSuffix(".part") })
        #expect(try mode(temporary) == 0o600)
        try file.commit(size: 6, mode: 0o751)
        #expect(try directory.read("f") == Array("012456".utf8))
        #expect(try mode("f") == 0o751)
        #expect(try directory.names() == ["f"])
    }

    @Test func `leaves the old file and nothing else when it is discarded or forgotten`() throws {
        try directory.write(Array("old".utf8), to: "f")
        let file = try AtomicLocalFile(replacing: path("f"))
        try file.write([1], at: 0)
        file.discard()
        #expect(try directory.names() == ["f"])
        do { try AtomicLocalFile(replacing: path("f")).write([1], at: 0) }
        #expect(try directory.names() == ["f"])
        #expect(try directory.read("f") == Array("old".utf8))
    }

    @Test func `keeps zeros as holes and has its full size`() throws {
        let file = try AtomicLocalFile(replacing: path("f"))
        try file.writeLeavingHole([UInt8](repeating: 0, count: 1 << 20), at: 0)
        try file.writeLeavingHole([5], at: 1 << 20)
        try file.writeLeavingHole([UInt8](repeating: 0, count: 4096), at: (1 << 20) + 1)
        try file.commit(size: (1 << 20) + 4097, mode: 0o644)
        let reader = try LocalFileReader(opening: path("f"))
        #expect(reader.status.size == (1 << 20) + 4097)
        #expect(try reader.read(at: (1 << 20) - 1, count: 3) == [0, 5, 0])
        #expect(try reader.dataExtents().first?.lowerBound ?? 0 > 0)
    }

    @Test func `replaces the target of a symbolic link, not the link`() throws {
        try directory.write(Array("old".utf8), to: "target")
        for (link, target) in [("a", "target"), ("b", "a"), ("dangling", "fresh")] {
            try FileManager.default.createSymbolicLink(
                atPath: directory[link],
                withDestinationPath: target
            )
        }
        for (name, target) in [("b", "target"), ("dangling", "fresh")] {
            let file = try AtomicLocalFile(replacing: path(name))
            try file.write(Array(name.utf8), at: 0)
            try file.commit(size: UInt64(name.utf8.count), mode: 0o644)
            #expect(try directory.read(target) == Array(name.utf8))
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: directory["b"]) == "a")
    }

    @Test func `names path and cause of what cannot be written`() throws {
        try directory.write([], to: "file")
        try FileManager.default.createSymbolicLink(
            atPath: directory["loop"],
            withDestinationPath: "loop"
        )
        let cases: [(String, CommunicatorError.Code)] = [
            (directory.path, .isDirectory), (directory["missing/f"], .noSuchFile),
            (directory["file/f"], .notDirectory), (directory["loop"], .localFile),
            (directory["new/"], .noSuchFile), ("", .noSuchFile),
            (directory[String(repeating: "n", count: 256)], .localFile),
        ]
        for (name, code) in cases {
            let error = #expect(throws: CommunicatorError.self, "\(name)") {
                _ = try AtomicLocalFile(replacing: BytePath(name))
            }
            #expect(error?.code == code, "\(name)")
            #expect(error?.target == name)
        }
        #expect(try directory.names() == ["file", "loop"])
    }

    @Test func `says that a device is full`() throws {
        let file = try AtomicLocalFile(replacing: BytePath("/dev/full"))
        #expect(file.isInPlace && file.isSequential)
        let error = #expect(throws: CommunicatorError.self) { try file.write([1], at: 0) }
        #expect(error?.code == .noSpace)
    }

    @Test func `writes a device in place, zeros too`() throws {
        let file = try AtomicLocalFile(replacing: BytePath("/dev/null"))
        try file.writeLeavingHole([0, 0], at: 0)
        try file.commit(size: 2, mode: 0o644)
        let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
        #expect(type as? FileAttributeType == .typeCharacterSpecial)
    }

    #if os(Linux)
        @Test func `writes in place where the directory takes no new names`() throws {
            let path = BytePath("/proc/self/comm")
            let before = try String(contentsOfFile: "/proc/self/comm", encoding: .utf8)
            for name in ["in place", before] {
                let file = try AtomicLocalFile(replacing: path)
                #expect(file.isInPlace && file.isSequential)
                try file.write(Array(name.utf8), at: 0)
                try file.commit(size: UInt64(name.utf8.count), mode: 0o644)
                let after = try String(contentsOfFile: "/proc/self/comm", encoding: .utf8)
                #expect(after.hasPrefix(name))
            }
        }
    #endif

    @Test func `ends a write to a FIFO that nobody empties when it is discarded`() async throws {
        let reader = unsafe open(try directory.makeFIFO("p"), O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let file = try AtomicLocalFile(replacing: path("p"))
        let write = Task {
            try await FileQueue().run {
                try file.write([UInt8](repeating: 1, count: 1 << 20), at: 0)
            }
        }
        var byte: UInt8 = 0
        while unsafe read(reader, &byte, 1) != 1 { await Task.yield() }
        file.discard()
        await #expect(throws: CommunicatorError.self) { try await write.value }
        #expect(try directory.names() == ["p"])
    }
}
