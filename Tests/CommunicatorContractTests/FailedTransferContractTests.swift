import Communicator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct `A transfer that fails` {
    @Test(arguments: ContractSubject.all)
    func `names path and cause`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            try await far.shell("mkdir d; touch file")
            let cases: [(String, CommunicatorError.Code)] = [
                (far["none/f"], .noSuchFile), (far["d"], .isDirectory), (far["d/"], .isDirectory),
                (far["file/f"], .notDirectory), ("/sys/packer-swift-test", .permissionDenied),
                ("/dev/full", subject.namesDeviceErrors ? .noSpace : .transferFailed),
            ]
            for (path, code) in cases {
                let error = try await communicatorError {
                    try await far.communicator.upload(.bytes([1]), to: path)
                }
                #expect(error.code == code, "\(path)")
                #expect(error.target.contains(path))
                #expect(!error.detail.isEmpty)
            }
            #expect(try await far.listing() == ["./d", "./file"])
        }
    }

    // One after the other: several subjects share a server, and its small file system.
    @Test(.serialized, arguments: ContractSubject.all)
    func `leaves the old file and nothing else when the disk is full`(
        _ subject: ContractSubject
    ) async throws {
        try await subject.withFarSide { far async throws in
            try await withSmallDirectory(subject, far) { small async throws in
                let path = "\(small)/f"
                let old = [UInt8](repeating: 0x6F, count: 300_000)
                try await far.communicator.upload(.bytes(old), to: path)
                let error = try await communicatorError {
                    let new = [UInt8](repeating: 0x6E, count: 3_000_000)
                    try await far.communicator.upload(.bytes(new), to: path)
                }
                #expect(error.code == .noSpace)
                #expect(error.target.contains(path))
                let left = try await far.outcome(
                    of: RemoteCmd("cd \(ShellWord.quote(small)) && ls -A && cat f")
                )
                #expect(left.output == Array("f\n".utf8) + old)
            }
        }
    }

    private func withSmallDirectory(
        _ subject: ContractSubject,
        _ far: FarSide,
        _ body: (String) async throws -> Void
    ) async throws {
        if let parent = subject.smallDirectory {
            let made = try await far.shell("mktemp -d \(ShellWord.quote(parent))/XXXXXXXX").trimmed
            try await body(made)
            try await far.shell("rm -rf \(ShellWord.quote(made))")
            return
        }
        guard try await far.shell("id -u") == "0\n" else {
            try Test.cancel("only root can mount the small file system that this needs")
        }
        try await far.shell("mkdir small && mount -t tmpfs -o size=1m none small")
        do {
            try await body(far["small"])
        } catch {
            try await far.shell("umount small")
            throw error
        }
        try await far.shell("umount small")
    }

    @Test(arguments: ContractSubject.all)
    func `leaves the old file and nothing else when the source breaks`(
        _ subject: ContractSubject
    ) async throws {
        try await subject.withFarSide { far async throws in
            try await far.shell("printf old > f")
            let block = [UInt8](repeating: 1, count: 1 << 20)
            let source = PieceSource(pieces: [block, block, block], breaks: true)
            await #expect(throws: PieceSource.Broken.self) {
                try await far.communicator.upload(UploadSource(.stream(source)), to: far["f"])
            }
            #expect(try await far.bytes("f") == Array("old".utf8))
            #expect(try await far.listing() == ["./f"])
        }
    }

    @Test(arguments: ContractSubject.all)
    func `leaves the old file and nothing else when it is cancelled`(
        _ subject: ContractSubject
    ) async throws {
        try await subject.withFarSide { far async throws in
            try await far.shell("printf old > f")
            let source = EndlessSource()
            let uploading = Task {
                try await far.communicator.upload(UploadSource(.stream(source)), to: far["f"])
            }
            // Some of it is on its way by then.
            for await _ in source.reads.prefix(3) {}
            uploading.cancel()
            await #expect(throws: CancellationError.self) { try await uploading.value }
            #expect(try await far.bytes("f") == Array("old".utf8))
            #expect(try await far.listing() == ["./f"])
        }
    }

    @Test(arguments: ContractSubject.all)
    func `keeps the local file when a download fails`(_ subject: ContractSubject) async throws {
        let near = try TemporaryDirectory()
        try near.write(Array("old".utf8), to: "f")
        try await subject.withFarSide { far async throws in
            try await far.shell("mkdir d; mkfifo fifo")
            let cases: [(String, CommunicatorError.Code?)] = [
                ("none", .noSuchFile), ("d", .isDirectory), ("fifo", nil),
            ]
            for (name, code) in cases {
                let error = try await communicatorError {
                    try await far.communicator.download(far[name], to: .file(near["f"]))
                }
                if let code { #expect(error.code == code) }
                #expect(error.target.contains(far[name]))
            }
            try await far.shell("printf new > g")
            let error = try await communicatorError {
                try await far.communicator.download(far["g"], to: .file(near["none/f"]))
            }
            #expect(error.target.contains(near["none/f"]))
        }
        #expect(try near.names() == ["f"])
        #expect(try near.read("f") == Array("old".utf8))
    }

    @Test(arguments: ContractSubject.all)
    func `names the missing or unfit local source`(_ subject: ContractSubject) async throws {
        let near = try TemporaryDirectory()
        try near.makeFIFO("fifo")
        try await subject.withFarSide { far async throws in
            for path in [near["none"], near.path, near["fifo"]] {
                let error = try await communicatorError {
                    try await far.communicator.upload(.file(path), to: far["f"])
                }
                #expect(error.target.contains(path))
            }
            #expect(try await far.listing() == [])
        }
    }
}

/// A stream without end that tells of each read.
final class EndlessSource: ByteSource {
    let reads: AsyncStream<Void>
    private let told: AsyncStream<Void>.Continuation

    init() {
        (reads, told) = AsyncStream.makeStream()
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        told.yield()
        await Task.yield()
        return [UInt8](repeating: 7, count: min(count, 4096))
    }
}
