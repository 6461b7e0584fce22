import ByteStreams
import Communicator
import SSHCommunicator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct SFTPTransferCancellationTests {
    @Test func `removes every temporary file when a directory upload is cancelled`() async throws {
        let fixture = try await SFTPTransferFixture()
        try fixture.local.makeDirectory("t")
        for number in 0..<400 {
            try fixture.local.write(pattern(number % 7 == 0 ? 400_000 : 900), to: "t/\(number)")
        }
        let begun = AsyncStream<Void>.makeStream()
        let options = TransferOptions { _ in begun.continuation.yield() }
        let upload = Task {
            let (source, path) = (fixture.local["t"], fixture.far["new"])
            try await fixture.transfer.uploadDirectory(source, to: path, options: options)
        }
        for await _ in begun.stream { break }
        upload.cancel()
        await #expect(throws: CancellationError.self) { try await upload.value }
        let contents = try fixture.far.contents()
        #expect(contents.keys.allSatisfy { !$0.hasSuffix(".part") })
        for case (let name, let bytes?) in contents {
            #expect(try bytes == fixture.local.read(String(name.dropFirst(4))))
        }
        #expect(fixture.warnings.isEmpty)
    }

    @Test func `removes what it wrote when it is cancelled`() async throws {
        let fixture = try await SFTPTransferFixture()
        try fixture.far.write([1], to: "f")
        let source = StallingSource()
        let upload = Task {
            let source = UploadSource(.stream(source))
            try await fixture.transfer.upload(source, to: fixture.far["f"], options: .init())
        }
        await source.waitUntilStalled()
        #expect(try fixture.far.names().count == 2)
        upload.cancel()
        await #expect(throws: CancellationError.self) { try await upload.value }
        #expect(try fixture.far.contents() == ["f": [1]])
        try await fixture.transfer.upload(.bytes([2]), to: fixture.far["f"], options: .init())
        #expect(try fixture.far.contents() == ["f": [2]])
    }

    @Test func `removes what it wrote here when a download is cancelled`() async throws {
        let fixture = try await SFTPTransferFixture()
        try fixture.far.write(pattern(20 << 20), to: "f")
        let begun = AsyncStream<Void>.makeStream()
        let options = TransferOptions { _ in begun.continuation.yield() }
        let download = Task {
            let target = DownloadTarget.file(fixture.local["f"])
            try await fixture.transfer.download(fixture.far["f"], to: target, options: options)
        }
        for await _ in begun.stream { break }
        download.cancel()
        await #expect(throws: CancellationError.self) { try await download.value }
        #expect(try fixture.local.names().isEmpty)
    }
}

/// Gives half a megabyte, then nothing until the reader is cancelled.
private actor StallingSource: ByteSource {
    private var given = 0
    private var watcher: CheckedContinuation<Void, Never>?
    private var hasStalled = false

    func read(upTo count: Int) async throws -> [UInt8]? {
        if given < 1 << 19 {
            given += count
            return [UInt8](repeating: 1, count: count)
        }
        hasStalled = true
        watcher?.resume()
        watcher = nil
        try await Task.sleep(for: .seconds(3600))
        return nil
    }

    func waitUntilStalled() async {
        guard !hasStalled else { return }
        await withCheckedContinuation { watcher = $0 }
    }
}
