internal import ByteStreams
internal import Communicator

/// A channel of an ``SSHConnection`` as a ``ByteStream``; its standard error is dropped.
actor ChannelStream: ByteStream {
    private let connection: SSHConnection
    private let channel: Int
    private var rest: ArraySlice<UInt8> = []

    init(connection: SSHConnection, channel: Int) {
        self.connection = connection
        self.channel = channel
    }

    /// The next bytes; `nil` when the server has ended the channel in an orderly way.
    func read(upTo count: Int) async throws -> [UInt8]? {
        while rest.isEmpty {
            guard let chunk = try await connection.nextOutput(channel) else {
                if let failure = await connection.failure { throw Self.loss(failure) }
                return nil
            }
            if case .standardOutput(let bytes) = chunk { rest = bytes[...] }
        }
        let taken = rest.prefix(max(1, count))
        rest = rest.dropFirst(taken.count)
        return Array(taken)
    }

    func write(_ bytes: [UInt8]) async throws {
        do {
            try await connection.write(channel, bytes)
        } catch let failure as CommunicatorError {
            throw Self.loss(failure)
        }
    }

    func finishWriting() async throws {
        await connection.finishWriting(channel)
    }

    func close() async {
        await connection.closeChannel(channel)
    }

    /// The end of the connection, as whoever uses a stream has to see it.
    private static func loss(_ failure: CommunicatorError) -> ByteStreamError {
        .reset(failure.detail)
    }
}
