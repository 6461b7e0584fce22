import Communicator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Uploading a file` {
    @Test(arguments: ContractSubject.all)
    func `brings every byte and the mode`(_ subject: ContractSubject) async throws {
        let near = try TemporaryDirectory()
        let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 13 ^ $0 >> 11) }
        try near.write(bytes, to: "program", mode: 0o751)
        try await subject.withFarSide { far async throws in
            let machine = far.communicator
            try await machine.upload(.file(near["program"]), to: far["from file"])
            #expect(try await far.bytes("from file") == bytes)
            #expect(try await far.mode("from file") == "751")
            try await machine.upload(.file(near["program"], mode: 0o600), to: far["secret"])
            #expect(try await far.mode("secret") == "600")
            try await machine.upload(.bytes(bytes), to: far["from memory"])
            #expect(try await far.bytes("from memory") == bytes)
            #expect(try await far.mode("from memory") == "644")
            try await machine.upload(.bytes([], mode: 0o4755), to: far["empty"])
            #expect(try await far.bytes("empty") == [])
            #expect(try await far.mode("empty") == "4755")
            let stream = PieceSource(pieces: [[1], [2, 3], bytes])
            try await machine.upload(UploadSource(.stream(stream)), to: far["from stream"])
            #expect(try await far.bytes("from stream") == [1, 2, 3] + bytes)
        }
    }

    @Test(arguments: ContractSubject.all)
    func `replaces a file, a shorter one too`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            try await far.shell("printf 'a long old content' > f; chmod 600 f")
            try await far.communicator.upload(.bytes(Array("new".utf8), mode: 0o640), to: far["f"])
            #expect(try await far.bytes("f") == Array("new".utf8))
            #expect(try await far.mode("f") == "640")
            #expect(try await far.listing() == ["./f"])
        }
    }

    @Test(arguments: ContractSubject.all)
    func `follows a final symbolic link and keeps it`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            try await far.shell(
                "mkdir d; printf old > d/target; ln -s d/target link; ln -s ../fresh d/dangling"
            )
            try await far.communicator.upload(.bytes([1]), to: far["link"])
            try await far.communicator.upload(.bytes([2]), to: far["d/dangling"])
            #expect(try await far.bytes("d/target") == [1])
            #expect(try await far.bytes("fresh") == [2])
            let links = try await far.shell("readlink link; readlink d/dangling")
            #expect(links == "d/target\n../fresh\n")
        }
    }

    @Test(arguments: ContractSubject.all)
    func `starts relative paths where a session starts`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            let name = "packer-swift-test-\(UInt64.random(in: 0...UInt64.max))"
            try await far.communicator.upload(.bytes([5]), to: name)
            let found = try await far.outcome(of: RemoteCmd("cat ./\(name); rm -f ./\(name)"))
            #expect(found.output == [5])
        }
    }

    @Test(arguments: ContractSubject.all)
    func `writes devices and FIFOs in place`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            try await far.communicator.upload(.bytes([1, 2, 3]), to: "/dev/null")
            #expect(try await far.shell("stat -c %F /dev/null") == "character special file\n")
            let bytes = [UInt8](repeating: 0x61, count: 300_000)
            // Opened for both first, so that the upload finds a reader.
            let command = RemoteCmd(
                "cd \(ShellWord.quote(far.directory)) && mkfifo fifo && exec 3<>fifo || exit 1\n"
                    + "echo ready; head -c 300000 <&3 >copy"
            )
            @Sendable func run() async throws -> RemoteCmd.Result<Void> {
                try await far.communicator.run(command) { execution in
                    for try await _ in execution.output {
                        try await far.communicator.upload(.bytes(bytes), to: far["fifo"])
                    }
                }
            }
            guard subject.hasSeveralSessions else {
                // It would wait for the command, and the command for it.
                #expect(try await communicatorError { _ = try await run() }.code == .channelRefused)
                return
            }
            let result = try await run()
            #expect(result.status == .exited(0))
            #expect(try await far.bytes("copy") == bytes)
            #expect(try await far.shell("stat -c %F fifo") == "fifo\n")
        }
    }

    @Test(arguments: ContractSubject.all)
    func `reports how far it is, and the end`(_ subject: ContractSubject) async throws {
        try await subject.withFarSide { far async throws in
            let (reports, continuation) = AsyncStream.makeStream(of: TransferProgress.self)
            let options = TransferOptions { continuation.yield($0) }
            let bytes = [UInt8](repeating: 1, count: 5_000_000)
            try await far.communicator.upload(.bytes(bytes), to: far["f"], options: options)
            try await far.communicator.download(
                far["f"],
                to: .sink(DiscardingSink()),
                options: options
            )
            continuation.finish()
            let all = await reports.reduce(into: []) { $0.append($1) }
            let ends = all.filter(\.isFinished)
            #expect(ends.map(\.direction) == [.upload, .download])
            #expect(ends.map(\.path) == [far["f"], far["f"]])
            #expect(ends.map(\.completed) == [5_000_000, 5_000_000])
            #expect(all.allSatisfy { $0.completed <= 5_000_000 })
        }
    }
}

/// A stream of given pieces, which then ends or breaks.
actor PieceSource: ByteSource {
    struct Broken: Error {}

    private var pieces: [[UInt8]]
    private let breaks: Bool

    init(pieces: [[UInt8]], breaks: Bool = false) {
        self.pieces = pieces
        self.breaks = breaks
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        guard let first = pieces.first else {
            if breaks { throw Broken() }
            return nil
        }
        pieces[0] = Array(first.dropFirst(count))
        if pieces[0].isEmpty { pieces.removeFirst() }
        return Array(first.prefix(count))
    }
}

struct DiscardingSink: ByteSink {
    func write(_ bytes: [UInt8]) async throws {}
}
