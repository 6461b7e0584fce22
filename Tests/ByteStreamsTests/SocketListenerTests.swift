import ByteStreams
import Foundation
import SocketStreams
import Testing

@Suite struct SocketListenerTests {
    /// A path for a socket, in a folder that is gone afterwards.
    private func withPath(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "listener-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.appending(path: "socket").path)
    }

    private func connect(_ path: String) async throws -> SocketStream {
        try await SocketStream.connect(unixSocket: path, timeout: .seconds(10))
    }

    @Test func `both sides of a connection talk and finish`() async throws {
        try await withPath { path in
            let listener = try await SocketListener.listen(unixSocket: path)
            let near = try await connect(path)
            let far = try #require(await listener.connections.first { _ in true })
            try await far.write([1, 2, 3])
            try await near.write([4])
            try await near.finishWriting()
            #expect(try await near.read(upTo: 3) == [1, 2, 3])
            #expect(try await far.read(upTo: 3) == [4])
            #expect(try await far.read(upTo: 3) == nil)
            try await far.write([5])
            #expect(try await near.read(upTo: 3) == [5])
            await far.close()
            #expect(try await near.read(upTo: 3) == nil)
            await near.close()
            await listener.close()
        }
    }

    @Test func `only the user may connect, and the path goes with the listener`() async throws {
        try await withPath { path in
            let listener = try await SocketListener.listen(unixSocket: path)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            await listener.close()
            #expect(!FileManager.default.fileExists(atPath: path))
            await #expect(throws: SocketError.self) { try await connect(path) }
            // A closed listener leaves the next one's path alone.
            let next = try await SocketListener.listen(unixSocket: path)
            await listener.close()
            #expect(FileManager.default.fileExists(atPath: path))
            await next.close()
        }
    }

    @Test func `a connection that nobody took ends with the listener`() async throws {
        try await withPath { path in
            let listener = try await SocketListener.listen(unixSocket: path)
            let stream = try await connect(path)
            await listener.close()
            let end = try? await stream.read(upTo: 1)
            #expect(end == .some(nil) || end == nil)
            await stream.close()
        }
    }

    @Test func `what nobody took ends with a listener that is dropped`() async throws {
        try await withPath { path in
            let streams = try await {
                let listener = try await SocketListener.listen(unixSocket: path)
                var streams: [SocketStream] = []
                for _ in 0..<3 { streams.append(try await connect(path)) }
                withExtendedLifetime(listener) {}
                return streams
            }()
            for stream in streams {
                let end = try? await stream.read(upTo: 1)
                #expect(end == .some(nil) || end == nil)
                await stream.close()
            }
        }
    }

    @Test func `a path that is taken, or too long, is named`() async throws {
        try await withPath { path in
            let listener = try await SocketListener.listen(unixSocket: path)
            for taken in [path, path + String(repeating: "x", count: 200)] {
                let error = await #expect(throws: SocketError.self) {
                    _ = try await SocketListener.listen(unixSocket: taken)
                }
                #expect(error?.description.contains(taken) == true)
            }
            #expect(FileManager.default.fileExists(atPath: path))
            await listener.close()
        }
    }
}
