import ByteStreams
import PackerRPC
import TestSupport

/// Does something with a component that a plugin in this process serves, over a connection in memory.
func withServed(
    _ component: PluginSession.Component,
    pluginTrace: RPCTrace? = nil,
    hostTrace: RPCTrace? = nil,
    _ body: (HostSession) async throws -> Void
) async throws {
    let (near, far) = InMemoryByteStream.pair()
    let serving = Task {
        try await PluginSession.serve(component, over: far, trace: pluginTrace)
    }
    let session = try await HostSession(over: near, trace: hostTrace)
    let result: Result<Void, any Error>
    do { result = .success(try await body(session)) } catch { result = .failure(error) }
    await session.close()
    try await serving.value
    try result.get()
}
