import ByteStreams
import CWireBaseline

/// How fast much goes one way.
enum Throughput {
    private static let blockSize = 131_072

    static func compare(_ scale: Scale) async throws -> String {
        let count = scale.count(2_048)
        let socket = try await Connection.socket()
        return try await Connection.withYamux { yamux in
            let baseline = "C, blocking threads"
            var comparison = Comparison(
                title: "\(count) writes of 128 KiB over a Unix socket",
                unit: "MiB/s",
                isSpeed: true,
                rounds: scale.rounds
            )
            comparison.add(baseline) {
                _ = try blocking(count / 16, compares: true)
                return try speed(of: count, blocking(count, compares: false))
            }
            for (name, connection) in [
                ("`SocketStream`", socket), ("a stream of `YamuxSession`", yamux),
            ] {
                comparison.add(name, beside: baseline) {
                    _ = try await transfer(count / 16, compares: true, over: connection)
                    return try await speed(
                        of: count,
                        transfer(count, compares: false, over: connection)
                    )
                }
            }
            let table = try await comparison.table()
            await socket.close()
            return table
        }
    }

    private static func speed(of count: Int, _ seconds: Double) -> Double {
        Double(count * blockSize) / 1_048_576 / seconds
    }

    private static func blocking(_ count: Int, compares: Bool) throws -> Double {
        var time: UInt64 = 0
        let failure = unsafe wire_transfer(count, blockSize, compares, &time)
        guard failure == 0 else { throw BenchError(baselineFailure: failure) }
        return Double(time) / 1e9
    }

    /// Sends blocks, and at the end a byte back, as C does.
    private static func transfer(_ count: Int, compares: Bool, over connection: Connection)
        async throws -> Double
    {
        let far = connection.far
        async let taken: Void = take(count * blockSize, compares: compares, from: far)
        let zeros = [UInt8](repeating: 0, count: blockSize)
        do {
            let time = try await wallTime {
                for number in 0..<count {
                    let bytes = compares ? block(at: number * blockSize) : zeros
                    try await connection.near.write(bytes)
                }
                _ = try await connection.near.read(exactly: 1)
            }
            try await taken
            return time
        } catch {
            await connection.near.close()
            // If there is one, the reason of the other side is the cause.
            try await taken
            throw error
        }
    }

    private static func take(_ size: Int, compares: Bool, from stream: any ByteStream) async throws
    {
        var offset = 0
        do {
            while offset < size {
                guard let bytes = try await stream.read(upTo: blockSize) else {
                    throw BenchError("a stream ended after \(offset) bytes of \(size)")
                }
                guard !compares || isPattern(bytes, at: offset) else {
                    throw BenchError("other bytes came")
                }
                offset += bytes.count
            }
            try await stream.write([1])
        } catch {
            // Else the sender would wait for its byte.
            await stream.close()
            throw error
        }
    }

    /// What is sent, at any offset: never twice the same at a block's beginning.
    private static func pattern(at offset: Int) -> UInt8 {
        let place = offset % 131_071
        return UInt8(truncatingIfNeeded: place * 131 + (place >> 8))
    }

    private static func block(at offset: Int) -> [UInt8] {
        (offset..<offset + blockSize).map(pattern(at:))
    }

    private static func isPattern(_ bytes: [UInt8], at offset: Int) -> Bool {
        zip(bytes, offset...).allSatisfy { $0 == pattern(at: $1) }
    }
}
