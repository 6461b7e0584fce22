import ByteStreams
import CWireBaseline
import MessagePack
import NetRPC

/// How long 64 bytes take forth and back.
enum RoundTrips {
    private static let size = 64

    static func compare(_ scale: Scale) async throws -> String {
        let count = scale.count(5_000)
        let baseline = "C, blocking threads"
        let socket = try await Connection.socket()
        return try await Connection.withYamux { yamux in
            try await Connection.withYamux { carrier in
                let call = try await Call(over: carrier)
                async let socketEcho: Void = echo(socket.far)
                async let yamuxEcho: Void = echo(yamux.far)
                var comparison = Comparison(
                    title: "64 bytes forth and back over a Unix socket, \(count) times",
                    unit: "µs, wall",
                    rounds: scale.rounds
                )
                comparison.add(baseline) { try blocking(count) }
                comparison.add("`SocketStream`", beside: baseline) {
                    try await measure(count) { try await ask($0, socket.near) }
                }
                comparison.add("a stream of `YamuxSession`", beside: baseline) {
                    try await measure(count) { try await ask($0, yamux.near) }
                }
                comparison.add("a call of `NetRPCClient` over such a stream", beside: baseline) {
                    try await measure(count) { try await call.ask($0) }
                }
                let table = try await comparison.table()
                try await socket.near.finishWriting()
                try await yamux.near.finishWriting()
                _ = try await (socketEcho, yamuxEcho)
                await socket.close()
                try await call.end()
                return table
            }
        }
    }

    private static func blocking(_ count: Int) throws -> Double {
        var time: UInt64 = 0
        let failure = unsafe wire_round_trips(count, size, &time)
        guard failure == 0 else { throw BenchError(baselineFailure: failure) }
        return Double(time) / 1e3 / Double(count)
    }

    /// In microseconds.
    private static func measure(_ count: Int, _ ask: ([UInt8]) async throws -> [UInt8]) async throws
        -> Double
    {
        var bytes = (0..<size).map { UInt8($0) }
        let time = try await wallTime {
            for number in 0..<count {
                bytes[0] = UInt8(truncatingIfNeeded: number)
                guard try await ask(bytes) == bytes else { throw BenchError("other bytes came") }
            }
        }
        return time * 1e6 / Double(count)
    }

    private static func ask(_ bytes: [UInt8], _ stream: any ByteStream) async throws -> [UInt8] {
        try await stream.write(bytes)
        return try await stream.read(exactly: size)
    }

    private static func echo(_ stream: any ByteStream) async throws {
        while let bytes = try await stream.read(upTo: size) { try await stream.write(bytes) }
    }
}

/// A method that returns its argument, and who calls it.
private struct Call {
    private let client: NetRPCClient
    private let serving: Task<Void, any Error>

    init(over connection: Connection) async throws {
        let server = NetRPCServer()
        try await server.register("Echo.Echo") { (bytes: [UInt8]) in bytes }
        serving = Task { try await server.serve(connection.far) }
        client = await NetRPCClient(over: connection.near)
    }

    func ask(_ bytes: [UInt8]) async throws -> [UInt8] {
        try await client.call("Echo.Echo", bytes, returning: [UInt8].self)
    }

    func end() async throws {
        await client.close()
        try await serving.value
    }
}

extension BenchError {
    /// What a function of `sockets.c` gave instead of 0.
    init(baselineFailure failure: Int32) {
        self.init(failure == WIRE_DIFFERS ? "other bytes came" : "C failed with errno \(failure)")
    }
}
