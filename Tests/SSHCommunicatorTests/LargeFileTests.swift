import Communicator
import Foundation
import SSHCommunicator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct LargeFileTests {
    private static let size: UInt64 = (4 << 30) + 1
    /// Where the data is; all else is a hole.
    private static let places: [UInt64] = [0, (2 << 30) - 5, (4 << 30) - 1]
    private static let data = Array("ab".utf8)

    @Test func `a sparse file over 4 GiB goes up and down over SSH`() async throws {
        let directory = try TemporaryDirectory()
        let source = "\(directory.path)/up"
        try await makeSparse(source)
        let server = try DockerServer()
        let ssh = try await server.connect()
        let far = "large-\(UInt64.random(in: .min ... .max))"
        try await ssh.upload(.file(source), to: far)
        let facts = try await server.exec("cd /home/packer && stat -c '%s %b' \(far)")
            .split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
        #expect(facts.first == Self.size)
        // Blocks of 512 bytes: the holes took no room there.
        #expect(try #require(facts.last) < 20_000)
        let back = "\(directory.path)/down"
        try await ssh.download(far, to: .file(back))
        try await server.exec("rm -f /home/packer/\(far)")
        await ssh.close()
        try check(back)
    }

    private func makeSparse(_ path: String) async throws {
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        for place in Self.places {
            try file.seek(toOffset: place)
            try file.write(contentsOf: Self.data)
        }
        try file.truncate(atOffset: Self.size)
        try file.close()
    }

    private func check(_ path: String) throws {
        let file = try #require(FileHandle(forReadingAtPath: path))
        #expect(try file.seekToEnd() == Self.size)
        for place in Self.places {
            try file.seek(toOffset: place)
            #expect(try file.read(upToCount: Self.data.count).map(Array.init) == Self.data)
        }
        try file.seek(toOffset: 1 << 30)
        #expect(try file.read(upToCount: 4096) == Data(count: 4096))
        try file.close()
    }
}
