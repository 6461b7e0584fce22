import ByteStreams
import Testing

@Suite struct InMemoryByteStreamTests {
    @Test func `what one end writes the other reads, to the end`() async throws {
        let (one, other) = InMemoryByteStream.pair(capacity: 100, chunkSize: 7)
        let sent = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
        async let writing: Void = {
            try await one.write(sent)
            try await one.finishWriting()
        }()
        var got: [UInt8] = []
        while let bytes = try await other.read(upTo: 50) {
            #expect((1...7).contains(bytes.count))
            got += bytes
        }
        try await writing
        #expect(got == sent)
        #expect(try await other.read(upTo: 1) == nil)
    }

    @Test func `a writer waits while the other end does not read`() async throws {
        let (one, other) = InMemoryByteStream.pair(capacity: 10)
        try await one.write([UInt8](repeating: 1, count: 10))
        let late = Task { try await one.write([2]) }
        #expect(try await other.read(upTo: 4)?.count == 4)
        try await late.value
        #expect(try await other.read(upTo: 100) == [1, 1, 1, 1, 1, 1, 2])
    }

    @Test func `finishing one direction leaves the other open`() async throws {
        let (one, other) = InMemoryByteStream.pair()
        try await one.finishWriting()
        #expect(try await other.read(upTo: 1) == nil)
        try await other.write([9])
        #expect(try await one.read(upTo: 1) == [9])
    }

    @Test func `closing ends a waiting read and refuses writes`() async throws {
        let (one, other) = InMemoryByteStream.pair()
        let reading = Task { try await one.read(upTo: 1) }
        await one.close()
        await #expect(throws: ByteStreamError.closed) { try await reading.value }
        await #expect(throws: ByteStreamError.closed) { try await one.write([1]) }
        #expect(try await other.read(upTo: 1) == nil)
    }

    @Test func `a cancelled read throws and loses nothing`() async throws {
        let (one, other) = InMemoryByteStream.pair()
        let reading = Task { try await other.read(upTo: 1) }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        try await one.write([5])
        #expect(try await other.read(upTo: 1) == [5])
    }

    @Test func `a cancelled write throws`() async throws {
        let (one, _) = InMemoryByteStream.pair(capacity: 1)
        let writing = Task { try await one.write([1, 2, 3]) }
        writing.cancel()
        await #expect(throws: CancellationError.self) { try await writing.value }
    }
}
