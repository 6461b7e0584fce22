internal import Configuration
internal import Deadlines
internal import PackerRPC

extension RunningPlugin {
    /// How long a plugin may take for what needs no machine, such as `Prepare`, which may ask a cloud.
    private static let prepareTime = Duration.seconds(300)

    /// Calls what checks a configuration; what the component finds wrong is a problem of it.
    func preparing<Value: Sendable>(
        _ call: String,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let late = PluginFailure(
            .unresponsive,
            of: identity,
            "it did not end \(call) within \(Self.prepareTime)",
            remedy: "Look at what it waits for; PACKER_LOG=1 shows all that it says."
        )
        return try await during(call) {
            do {
                return try await withDeadline(Self.prepareTime, throwing: late, work)
            } catch let error as ComponentFailure {
                throw ConfigurationErrors(error.message)
            }
        }
    }
}
