import Communicator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Downloading a file` {
    @Test(arguments: ContractSubject.all)
    func `brings every byte, to a file and to a sink`(_ subject: ContractSubject) async throws {
        let near = try TemporaryDirectory()
        let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 17 ^ $0 >> 9) }
        try near.write(Array("something old and long".utf8), to: "old")
        try await subject.withFarSide { far async throws in
            try await far.communicator.upload(.bytes(bytes), to: far["f"])
            try await far.communicator.download(far["f"], to: .file(near["f"]))
            #expect(try near.read("f") == bytes)
            let sink = CollectingSink()
            try await far.communicator.download(far["f"], to: .sink(sink))
            #expect(await sink.bytes == bytes)
            try await far.shell(": > empty; ln -s f link")
            try await far.communicator.download(far["empty"], to: .file(near["old"]))
            #expect(try near.read("old") == [])
            try await far.communicator.download(far["link"], to: .file(near["linked"]))
            #expect(try near.read("linked") == bytes)
        }
        #expect(try near.names() == ["f", "linked", "old"])
    }

    @Test(arguments: ContractSubject.all)
    func `reads a file of the system that says it is empty`(
        _ subject: ContractSubject
    ) async throws {
        try await subject.withFarSide { far async throws in
            let sink = CollectingSink()
            guard subject.readsPastSize else {
                let error = try await communicatorError {
                    try await far.communicator.download("/proc/version", to: .sink(sink))
                }
                #expect(error.code == .unsupported)
                return
            }
            try await far.communicator.download("/proc/version", to: .sink(sink))
            let expected = try await far.shell("cat /proc/version")
            #expect(await sink.bytes == Array(expected.utf8))
        }
    }

    @Test(arguments: ContractSubject.all)
    func `keeps holes, both ways`(_ subject: ContractSubject) async throws {
        let near = try TemporaryDirectory()
        try await subject.withFarSide { far async throws in
            try await far.shell("truncate -s 64M f; printf end >> f")
            try await far.communicator.download(far["f"], to: .file(near["f"]))
            try await far.communicator.upload(.file(near["f"]), to: far["g"])
            #expect(try await far.shell("cmp f g && stat -c %s g").trimmed == "67108867")
            guard subject.sendsHoles else { return }
            let blocks = try await far.shell("stat -c %b g").trimmed
            // Of 512 bytes each: a full copy has 131,072.
            #expect(try #require(Int(blocks)) < 10_000)
        }
        #expect(
            try #require(try LocalFileReader(opening: BytePath(near["f"])).dataExtents().first)
                .lowerBound > 32 << 20
        )
    }
}

actor CollectingSink: ByteSink {
    private(set) var bytes: [UInt8] = []

    func write(_ bytes: [UInt8]) async throws { self.bytes += bytes }
}
