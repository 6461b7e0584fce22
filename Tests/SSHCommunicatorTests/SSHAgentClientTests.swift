import ByteStreams
import TestSupport
import Testing

@testable import SSHCommunicator

@Suite struct SSHAgentClientTests {
    private let key = PublicKey(blob: "ssh-ed25519".asSSHString + [UInt8](repeating: 1, count: 36))

    /// A client whose agent answers everything with some bytes, then goes away.
    private func client(answering bytes: [UInt8]) -> SSHAgentClient {
        SSHAgentClient {
            let (ours, theirs) = InMemoryByteStream.pair(chunkSize: 3)
            try await theirs.write(bytes)
            try await theirs.finishWriting()
            return ours
        }
    }

    private func list(_ count: UInt32, _ body: [UInt8]) -> [UInt8] {
        ([12] + count.bigEndianBytes + body).asSSHString
    }

    @Test func `lists the keys that an agent holds`() async throws {
        let body = key.blob.asSSHString + "me@here".asSSHString
        let found = try await client(answering: list(2, body + body)).identities()
        #expect(found.map(\.key) == [key, key])
        #expect(found.first?.comment == "me@here")
    }

    @Test func `hostile replies are errors`() async throws {
        let body = key.blob.asSSHString + "me".asSSHString
        let whole = list(1, body)
        let signature = "rsa-sha2-512".asSSHString + [9, 9].asSSHString
        var replies: [[UInt8]] = (0..<whole.count).map { Array(whole.prefix($0)) }
        replies += [
            [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0, 4, 0, 1, 12], [0, 0, 0, 1, 5],
            [0, 0, 0, 1, 6], [0, 0, 0, 1, 12], list(.max, body), list(2, body),
            list(1, [0xFF, 0xFF, 0xFF, 0xFF, 1]), ([14] + signature.asSSHString).asSSHString,
        ]
        for reply in replies {
            await #expect(throws: SSHAgentClient.Failure.self) {
                _ = try await client(answering: reply).identities()
            }
            await #expect(throws: SSHAgentClient.Failure.self) {
                _ = try await client(answering: reply).signature(of: [1], by: key, .rsaSHA256)
            }
        }
        let right = client(answering: ([14] + signature.asSSHString).asSSHString)
        #expect(try await right.signature(of: [1], by: key, .rsaSHA512) == [9, 9])
    }

    @Test func `a cancelled wait for a silent agent ends at once`() async throws {
        let (ours, theirs) = InMemoryByteStream.pair()
        let listing = Task { try await SSHAgentClient { ours }.identities() }
        #expect(try await theirs.read(upTo: 100) == [0, 0, 0, 1, 11])
        listing.cancel()
        await #expect(throws: CancellationError.self) { _ = try await listing.value }
    }
}
