import ByteStreams
import NetRPC
import SocketStreams
import Yamux

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Two connected ends of a stream in this process.
struct Connection {
    let near: any ByteStream
    let far: any ByteStream

    /// A Unix socket; its path is gone already.
    static func socket() async throws -> Connection {
        let folder = try temporaryFolder()
        defer { unsafe rmdir(folder) }
        let listener = try await SocketListener.listen(unixSocket: folder + "/socket")
        let near: SocketStream
        do {
            near = try await .connect(unixSocket: folder + "/socket", timeout: .seconds(10))
        } catch {
            await listener.close()
            throw error
        }
        var connections = listener.connections.makeAsyncIterator()
        let far = await connections.next()
        await listener.close()
        guard let far else { throw BenchError("the listener ended without a connection") }
        return Connection(near: near, far: far)
    }

    /// A stream of yamux over a Unix socket; gives it to `work` and closes everything.
    static func withYamux<Result>(
        _ work: (Connection) async throws -> Result
    ) async throws -> Result {
        let socket = try await socket()
        let client = await YamuxSession.start(over: socket.near, as: .client)
        let server = await YamuxSession.start(over: socket.far, as: .server)
        do {
            let near = try await client.open()
            let result = try await work(Connection(near: near, far: try await server.accept()))
            await client.close()
            await server.close()
            return result
        } catch {
            await client.close()
            await server.close()
            throw error
        }
    }

    func close() async {
        await near.close()
        await far.close()
    }

    private static func temporaryFolder() throws -> String {
        var path = Array("\(environment("TMPDIR") ?? "/tmp")/wire-bench.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&path) != nil else {
            throw BenchError("no folder for a socket could be made; set TMPDIR to where it can")
        }
        return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}

extension ByteStream {
    /// Reads until so many bytes are there.
    func read(exactly count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let more = try await read(upTo: count - bytes.count) else {
                throw BenchError("a stream ended after \(bytes.count) bytes of \(count)")
            }
            if bytes.isEmpty { bytes = more } else { bytes += more }
        }
        return bytes
    }
}
