package import MessagePack
package import NetRPC

/// A data source as it is called from another process; of Packer since 1.7.
package protocol ServedDataSource: Sendable {
    /// Which options it has, as the calling side wants to read them.
    func specification() async throws -> [UInt8]

    /// Which values it gives, in the same form.
    func outputSpecification() async throws -> [UInt8]

    /// Takes its configurations in the form in which they crossed; a later call begins anew.
    func configure(_ configurations: [MessagePackValue]) async throws

    /// Gives its values, in the form that the calling side wants to read. Cancelled by
    /// `Datasource.Cancel`.
    func execute() async throws -> [UInt8]
}

/// The `Datasource` endpoint.
///
/// Source: `rpc/datasource.go` of Packer's plugin SDK.
enum DataSourceEndpoint {
    static let specification = "Datasource.ConfigSpec"
    static let outputSpecification = "Datasource.OutputSpec"
    static let configure = "Datasource.Configure"
    static let execute = "Datasource.Execute"
    static let cancel = "Datasource.Cancel"

    struct OutputSpecificationReply: Codable, Sendable {
        var bytes: [UInt8]

        enum CodingKeys: String, CodingKey { case bytes = "OutputSpec" }
    }

    struct ConfigureReply: Codable, Sendable {
        var error: ComponentEndpoint.BasicError?

        enum CodingKeys: String, CodingKey { case error = "Error" }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(error, forKey: .error)
        }
    }

    struct ExecuteReply: Codable, Sendable {
        var value: [UInt8]?
        var error: ComponentEndpoint.BasicError?

        enum CodingKeys: String, CodingKey {
            case value = "Value"
            case error = "Error"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(value, forKey: .value)
            try container.encode(error, forKey: .error)
        }
    }
}

/// A data source in another process: the host's half.
package struct RemoteDataSource: ServedDataSource {
    private let client: NetRPCClient

    /// How long the plugin may take to end what it was told to cancel.
    var cancelTime = Duration.seconds(30)

    /// The data source that a plugin serves on its first stream.
    package init(over client: NetRPCClient) {
        self.client = client
    }

    /// `Datasource.ConfigSpec`.
    package func specification() async throws -> [UInt8] {
        try await client.call(
            DataSourceEndpoint.specification,
            returning: ComponentEndpoint.SpecificationReply.self
        ).bytes
    }

    /// `Datasource.OutputSpec`.
    package func outputSpecification() async throws -> [UInt8] {
        try await client.call(
            DataSourceEndpoint.outputSpecification,
            returning: DataSourceEndpoint.OutputSpecificationReply.self
        ).bytes
    }

    /// `Datasource.Configure`.
    package func configure(_ configurations: [MessagePackValue]) async throws {
        let reply: DataSourceEndpoint.ConfigureReply
        do {
            reply = try await client.call(
                DataSourceEndpoint.configure,
                ComponentEndpoint.ConfigurationArguments(configurations: configurations),
                returning: DataSourceEndpoint.ConfigureReply.self
            )
        } catch {
            throw ComponentEndpoint.failure(error)
        }
        if let error = reply.error { throw ComponentEndpoint.failure(error) }
    }

    /// `Datasource.Execute`; a cancelled task sends `Datasource.Cancel` and waits for the end.
    package func execute() async throws -> [UInt8] {
        let client = client
        let result = await outlastingCancellation(by: cancelTime) {
            try await client.call(DataSourceEndpoint.cancel)
        } _: {
            try await client.call(
                DataSourceEndpoint.execute,
                returning: DataSourceEndpoint.ExecuteReply.self
            )
        }
        let reply: DataSourceEndpoint.ExecuteReply
        do {
            reply = try result.get()
        } catch {
            try Task.checkCancellation()
            throw ComponentEndpoint.failure(error)
        }
        if let error = reply.error { throw ComponentEndpoint.failure(error) }
        return reply.value ?? []
    }
}

/// Serves a data source: the plugin's half.
package struct DataSourceServer: Sendable {
    private let dataSource: any ServedDataSource
    private let calls = RunningCalls()

    /// Serves `dataSource`.
    package init(_ dataSource: any ServedDataSource) {
        self.dataSource = dataSource
    }

    /// Adds the endpoint's methods to what the first stream serves.
    package func register(on server: NetRPCServer) async throws {
        let (dataSource, calls) = (dataSource, calls)
        try await server.register(DataSourceEndpoint.specification) { (_: NetRPCNothing) in
            ComponentEndpoint.SpecificationReply(bytes: try await dataSource.specification())
        }
        try await server.register(DataSourceEndpoint.outputSpecification) { (_: NetRPCNothing) in
            DataSourceEndpoint.OutputSpecificationReply(
                bytes: try await dataSource.outputSpecification()
            )
        }
        try await server.register(DataSourceEndpoint.configure) {
            (arguments: ComponentEndpoint.ConfigurationArguments) in
            do {
                try await dataSource.configure(arguments.configurations)
                return DataSourceEndpoint.ConfigureReply()
            } catch {
                return DataSourceEndpoint.ConfigureReply(error: .init(error))
            }
        }
        try await server.register(inOrder: DataSourceEndpoint.execute) { (_: NetRPCNothing) in
            let call = calls.begin()
            return {
                do {
                    let value = try await call.run { try await dataSource.execute() }
                    return DataSourceEndpoint.ExecuteReply(value: value)
                } catch {
                    return DataSourceEndpoint.ExecuteReply(error: .init(error))
                }
            }
        }
        try await server.register(DataSourceEndpoint.cancel) { (_: NetRPCNothing) in
            calls.cancel()
        }
    }
}
