internal import ByteStreams
internal import Processes

/// A stream whose calls are written down.
struct ObservedStream: ByteStream {
    private let stream: any ByteStream
    private let observation: LockedValue<NetRPCObservation>
    private let trace: RPCTrace
    private let name: String

    init(_ stream: any ByteStream, _ observation: NetRPCObservation, _ trace: RPCTrace) {
        self.stream = stream
        self.observation = LockedValue(observation)
        self.trace = trace
        name = observation.name
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        do {
            guard let bytes = try await stream.read(upTo: count) else {
                end()
                return nil
            }
            note(bytes, .read)
            return bytes
        } catch {
            end()
            throw error
        }
    }

    func write(_ bytes: [UInt8]) async throws {
        // Before the other side can answer.
        note(bytes, .written)
        try await stream.write(bytes)
    }

    func finishWriting() async throws { try await stream.finishWriting() }

    func close() async {
        end()
        await stream.close()
    }

    private func note(_ bytes: [UInt8], _ half: NetRPCObservation.Half) {
        // Within the lock, so that a call stands before its reply.
        observation.withLock { observation in
            for event in observation.follow(bytes, half) {
                trace.note(event, of: name, half)
            }
        }
    }

    private func end() {
        observation.withLock { observation in
            if let end = observation.end() { trace.note(end, of: name, .read) }
        }
    }
}
