internal import Communicator
internal import Components
internal import Deadlines
internal import NetRPC

/// What one side serves to the other for as long as a call goes on: a user interface, and a machine,
/// a hook or an artifact.
///
/// The called side opens the stream whose number is in the call's arguments.
struct StreamService: Sendable {
    private let line: BrokerReservation
    private let broker: MuxBroker
    private let ui: any UserInterface
    private let machine: CommunicatorServer?
    private let outlivesCall: Bool
    private let more: @Sendable (NetRPCServer) async throws -> Void

    /// How long a called side that was told to cancel may take to reply: what it has to end ends
    /// within less.
    private static let cancelTime = Duration.seconds(30)

    /// How long Go may take from opening the stream to where it can be cancelled: a few instructions,
    /// of whose end there is no sign.
    private static let beginTime = Duration.milliseconds(250)

    /// - Parameters:
    ///   - line: The number of the stream.
    ///   - broker: Gave out the number.
    ///   - machine: A machine to serve, where there is one.
    ///   - ui: The user interface to serve.
    ///   - outlivesCall: Whether the stream is served until the other side closes it.
    ///   - more: Adds other endpoints.
    init(
        _ line: BrokerReservation,
        broker: MuxBroker,
        machine: (any Communicator)? = nil,
        ui: any UserInterface,
        outlivesCall: Bool = false,
        more: @escaping @Sendable (NetRPCServer) async throws -> Void = { _ in }
    ) {
        self.line = line
        self.broker = broker
        self.ui = ui
        self.machine = machine.map { CommunicatorServer($0, broker: broker) }
        self.outlivesCall = outlivesCall
        self.more = more
    }

    /// Calls a method of the other side, and serves its stream until the reply is there.
    ///
    /// - Parameters:
    ///   - cancel: Tells the other side to cancel. Go's plugins crash when they hear it before they
    ///     have begun, so it is said only after the stream was opened.
    ///   - call: The call.
    /// - Returns: The reply.
    /// - Throws: ``ComponentFailure``, ``PackerRPCError``, `CancellationError`.
    func call<Reply: Sendable>(
        cancel: @escaping @Sendable () async -> Void,
        _ call: @escaping @Sendable () async throws -> Reply
    ) async throws -> Reply {
        let server = NetRPCServer()
        try await UserInterfaceServer(ui).register(on: server)
        try await machine?.register(on: server)
        try await more(server)
        let (opened, opening) = AsyncStream<Void>.makeStream()
        let serving = Task {
            defer { opening.finish() }
            let stream = try await line.accept()
            opening.yield()
            opening.finish()
            let end: Result<Void, any Error>
            do {
                end = .success(try await server.serve(broker.serving(stream, line.id)))
            } catch {
                end = .failure(error)
            }
            // Nobody hears how they end.
            await machine?.end()
            try end.get()
        }
        let result = await outlastingCancellation(by: Self.cancelTime) {
            for await _ in opened {
                try await AwakeTime.sleep(for: Self.beginTime)
                await cancel()
            }
        } _: {
            try await call()
        }
        opening.finish()
        await line.cancel()
        // What a call gave back may ask what is served, also where it came at the very end.
        if !outlivesCall || (try? result.get()) == nil {
            serving.cancel()
            _ = await serving.result
        }
        await machine?.end()
        do {
            return try result.get()
        } catch {
            // What a cancelled component says about its end is not why it ended.
            try Task.checkCancellation()
            throw ComponentEndpoint.failure(error)
        }
    }
}
