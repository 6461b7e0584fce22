internal import ByteStreams
internal import Deadlines
internal import SocketStreams

/// Speaks with an ssh-agent (draft-miller-ssh-agent); every exchange has a connection of its own.
struct SSHAgentClient: Sendable {
    /// A key that an agent holds.
    struct Identity: Sendable, Hashable {
        let key: PublicKey
        let comment: String
    }

    /// Why an agent did not do what it was asked, as a clause.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// The largest reply that is read, as OpenSSH has it.
    static let replyLimit = 262_144
    /// How long an agent may take to list its keys.
    static let listLimit: Duration = .seconds(10)
    /// How long an agent may take to sign: its user may have to be asked.
    static let signLimit: Duration = .seconds(25)

    private enum Message {
        static let failure: UInt8 = 5
        static let requestIdentities: UInt8 = 11
        static let identitiesAnswer: UInt8 = 12
        static let signRequest: UInt8 = 13
        static let signResponse: UInt8 = 14
    }

    typealias Dial = @Sendable () async throws -> any ByteStream
    private let dial: Dial

    init(_ agent: SSHAgent) {
        self.init {
            try await SocketStream.connect(unixSocket: agent.socketPath, timeout: .seconds(5))
        }
    }

    init(dial: @escaping Dial) { self.dial = dial }

    /// The keys that the agent holds, in its order.
    func identities() async throws -> [Identity] {
        let reply = try await exchange([Message.requestIdentities], within: Self.listLimit)
        return try parsed(reply, expecting: Message.identitiesAnswer) { reader in
            let count = try reader.uint32()
            var identities: [Identity] = []
            for _ in 0..<count {
                let key = PublicKey(blob: try reader.string())
                identities.append(Identity(key: key, comment: try reader.text()))
            }
            return identities
        }
    }

    /// The signature of some data, without the algorithm's name.
    func signature(
        of data: [UInt8],
        by key: PublicKey,
        _ algorithm: SignatureAlgorithm
    ) async throws -> [UInt8] {
        let request =
            [Message.signRequest] + key.blob.asSSHString + data.asSSHString
            + algorithm.agentFlags.bigEndianBytes
        let reply = try await exchange(request, within: Self.signLimit)
        return try parsed(reply, expecting: Message.signResponse) { reader in
            var signature = SSHDataReader(try reader.string())
            let name = try signature.text()
            guard name == algorithm.rawValue else {
                throw KeyFileError("it signed with \(ShownText.of(name))")
            }
            return try signature.string()
        }
    }

    private func parsed<Value>(
        _ reply: [UInt8],
        expecting type: UInt8,
        _ body: (inout SSHDataReader) throws -> Value
    ) throws -> Value {
        guard reply.first == type else {
            throw Failure(
                description: reply.first == Message.failure
                    ? "the agent refused" : "the agent gave a reply of another kind"
            )
        }
        var reader = SSHDataReader(Array(reply.dropFirst()))
        do {
            return try body(&reader)
        } catch let error as KeyFileError {
            throw Failure(description: "the agent's reply makes no sense: \(error.detail)")
        }
    }

    private func exchange(_ request: [UInt8], within limit: Duration) async throws -> [UInt8] {
        try await withDeadline(
            limit,
            throwing: Failure(description: "the agent did not answer within \(limit)")
        ) { try await exchange(request) }
    }

    private func exchange(_ request: [UInt8]) async throws -> [UInt8] {
        let stream: any ByteStream
        do {
            stream = try await dial()
        } catch let error as SocketError {
            throw Failure(description: "the agent cannot be reached: \(error.description)")
        }
        do {
            try await stream.write(request.asSSHString)
            let reply = try await Self.reply(from: stream)
            await stream.close()
            return reply
        } catch {
            await stream.close()
            try Task.checkCancellation()
            throw error as? Failure ?? Failure(description: "the agent went away: \(error)")
        }
    }

    private static func reply(from stream: any ByteStream) async throws -> [UInt8] {
        var header: [UInt8] = []
        while header.count < 4 { header += try await some(of: stream, upTo: 4 - header.count) }
        let size = header.reduce(0) { $0 << 8 | Int($1) }
        guard (1...replyLimit).contains(size) else {
            throw Failure(description: "the agent announced a reply of \(size) bytes")
        }
        var reply: [UInt8] = []
        while reply.count < size { reply += try await some(of: stream, upTo: size - reply.count) }
        return reply
    }

    private static func some(of stream: any ByteStream, upTo count: Int) async throws -> [UInt8] {
        guard let bytes = try await stream.read(upTo: count), bytes.count <= count else {
            throw Failure(description: "the agent's reply is cut off")
        }
        return bytes
    }
}
