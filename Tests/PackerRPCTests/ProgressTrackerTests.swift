import ByteStreams
import NetRPC
@testable import PackerRPC
import TestSupport
import Testing

/// What a peer can make a user interface hold by reporting on transfers.
@Suite(.timeLimit(.minutes(1))) struct ProgressTrackerTests {
    @Test(arguments: [(UserInterfaceEndpoint.maximumSource, true), (1 << 20, false)])
    func `a file's name is no longer than a path can be`(size: Int, isTaken: Bool) async throws {
        let (near, far) = InMemoryByteStream.pair()
        let server = NetRPCServer()
        try await UserInterfaceServer(RecordingInterface()).register(on: server)
        let serving = Task { try await server.serve(far) }
        let client = await NetRPCClient(over: near)
        let report = UserInterfaceEndpoint.TrackArguments(
            source: String(repeating: "x", count: size),
            totalSize: 1,
            currentSize: 0
        )
        let id = try? await client.call(
            UserInterfaceEndpoint.newTrackProgress,
            report,
            returning: String.self
        )
        #expect((id != nil) == isTaken)
        await client.close()
        try await serving.value
    }
}
