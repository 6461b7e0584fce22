import Communicator
import Foundation
import SSHCommunicator
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct SFTPTransferSparseTests {
    /// 4 GiB and a byte, with data at the start, in the middle, and at the end or not.
    @Test(arguments: [true, false])
    func `keeps the holes of a file over 4 GiB`(endsInData: Bool) async throws {
        let fixture = try await SFTPTransferFixture()
        let size: UInt64 = (4 << 30) + 1
        let bytes = pattern(1 << 20)
        let source = try fixture.local.write(bytes, to: "up")
        let handle = try #require(FileHandle(forWritingAtPath: source))
        try handle.seek(toOffset: 2 << 30)
        try handle.write(contentsOf: bytes)
        try handle.truncate(atOffset: size)
        if endsInData {
            try handle.seek(toOffset: size - 1)
            try handle.write(contentsOf: [7])
        }
        try handle.close()
        let far = fixture.far["f"]
        try await fixture.transfer.upload(.file(source), to: far, options: .init())
        try check(far, size, bytes, endsInData)
        guard endsInData else { return }
        let target = DownloadTarget.file(fixture.local["down"])
        try await fixture.transfer.download(far, to: target, options: .init())
        try check(fixture.local["down"], size, bytes, endsInData)
    }

    private func check(_ path: String, _ size: UInt64, _ bytes: [UInt8], _ endsInData: Bool) throws
    {
        let reader = try LocalFileReader(opening: BytePath(path))
        #expect(reader.status.size == size)
        #expect(try reader.read(at: 0, count: 1 << 20) == bytes)
        #expect(try reader.read(at: 2 << 30, count: 1 << 20) == bytes)
        #expect(try reader.read(at: size - 3, count: 9) == [0, 0, endsInData ? 7 : 0])
        let data = try reader.dataExtents().reduce(0) { $0 + $1.count }
        #expect(data < 8 << 20)
    }
}
