import Communicator
import Foundation
import TestSupport
import Testing

@Suite struct LocalFileReaderTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func path(_ name: String) -> BytePath { BytePath(directory[name]) }

    @Test func `reads any part and stops at the end`() throws {
        try directory.write(Array("0123456789".utf8), to: "f", mode: 0o640)
        let reader = try LocalFileReader(opening: path("f"))
        #expect(reader.status.size == 10)
        #expect(reader.status.mode == 0o640)
        #expect(try reader.read(at: 3, count: 4) == Array("3456".utf8))
        #expect(try reader.read(at: 8, count: 4) == Array("89".utf8))
        #expect(try reader.read(at: 10, count: 4).isEmpty)
        try reader.checkUnchanged()
    }

    @Test func `lists the data between holes`() throws {
        let handle = try #require(FileHandle(forWritingAtPath: try directory.write([], to: "f")))
        try handle.seek(toOffset: 1 << 20)
        try handle.write(contentsOf: [UInt8](repeating: 7, count: 4096))
        try handle.truncate(atOffset: 3 << 20)
        try handle.close()
        let extents = try LocalFileReader(opening: path("f")).dataExtents()
        #expect(extents.count == 1)
        let extent = try #require(extents.first)
        #expect(extent.contains(1 << 20) && extent.contains((1 << 20) + 4095))
        #expect(extent.count < 1 << 20)
    }

    @Test func `finds no data in an empty file and in a file that is one hole`() throws {
        try directory.write([], to: "empty")
        #expect(try LocalFileReader(opening: path("empty")).dataExtents().isEmpty)
        let handle = try #require(FileHandle(forWritingAtPath: try directory.write([], to: "f")))
        try handle.truncate(atOffset: 1 << 20)
        #expect(try LocalFileReader(opening: path("f")).dataExtents().isEmpty)
    }

    @Test(arguments: ["grow", "overwrite", "replace", "remove"])
    func `notices that the source changed`(how: String) throws {
        try directory.write([1, 2, 3], to: "f")
        // A file system's clock may tick only every few milliseconds: start in the past.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000)],
            ofItemAtPath: directory["f"]
        )
        let reader = try LocalFileReader(opening: path("f"))
        switch how {
        case "grow", "overwrite":
            let handle = try #require(FileHandle(forWritingAtPath: directory["f"]))
            try handle.write(contentsOf: how == "grow" ? [1, 2, 3, 4] : [9])
            try handle.close()
        case "replace":
            try directory.write([1, 2, 3], to: "g")
            try FileManager.default.removeItem(atPath: directory["f"])
            try FileManager.default.moveItem(atPath: directory["g"], toPath: directory["f"])
        default:
            try FileManager.default.removeItem(atPath: directory["f"])
        }
        let error = #expect(throws: CommunicatorError.self) { try reader.checkUnchanged() }
        #expect(error?.code == .sourceChanged)
        #expect(error?.target == directory["f"])
    }

    @Test func `refuses what is not a regular file without waiting for it`() throws {
        try FileManager.default.createDirectory(
            atPath: directory["d"],
            withIntermediateDirectories: false
        )
        try directory.makeFIFO("p")
        let cases: [(String, CommunicatorError.Code)] = [
            (directory["d"], .isDirectory), (directory["p"], .localFile), ("/dev/null", .localFile),
            (directory["missing"], .noSuchFile), ("\(directory.path)/a\0b", .localFile),
        ]
        for (name, code) in cases {
            let error = #expect(throws: CommunicatorError.self, "\(name)") {
                _ = try LocalFileReader(opening: BytePath(name))
            }
            #expect(error?.code == code, "\(name)")
        }
    }
}
