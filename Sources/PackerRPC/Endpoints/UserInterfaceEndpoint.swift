package import Communicator
package import Components
internal import MessagePack
package import NetRPC
internal import Processes

/// The `Ui` endpoint: what a component says to the person who runs the build.
///
/// The host serves it to provisioners, post-processors and builders; a builder serves it to the host
/// while a hook runs. Source: `rpc/ui.go` of Packer's plugin SDK.
enum UserInterfaceEndpoint {
    static let say = "Ui.Say"
    static let message = "Ui.Message"
    static let error = "Ui.Error"
    static let ask = "Ui.Ask"
    static let machine = "Ui.Machine"
    static let newTrackProgress = "Ui.NewTrackProgress"

    /// How many bytes of text go into one call; a longer text of many lines is cut between lines.
    static let textSize = 65_536

    /// How many transfers of one stream may be followed at once.
    static let maximumTrackers = 256

    /// How many bytes the name of such a transfer may have, which is a file's path as a rule.
    static let maximumSource = 16_384

    struct MachineArguments: Codable, Sendable {
        var category: String
        var arguments: [String]

        enum CodingKeys: String, CodingKey {
            case category = "Category"
            case arguments = "Args"
        }
    }

    struct TrackArguments: Codable, Sendable {
        var source: String
        var totalSize: Int64
        var currentSize: Int64

        enum CodingKeys: String, CodingKey {
            case source = "Src"
            case totalSize = "TotalSize"
            case currentSize = "CurrentSize"
        }
    }
}

/// The user interface of the other process.
///
/// A call that fails is dropped, as in Packer: whoever speaks goes on when nobody hears. Only
/// ``ask(_:isSecret:)`` throws.
///
/// **Cancellation.** What a cancelled task says is said all the same: how its clean-up went is for
/// the person to know. A host that does not take it within ``lastWordsTime`` hears no more of it.
package final class RemoteUserInterface: UserInterface {
    /// How long the last words of a cancelled task may take, all of them that go unheard together.
    static let lastWordsTime = Duration.seconds(5)

    private let client: NetRPCClient
    private let progress: RemoteProgress
    private let lastWordsTime: Duration
    /// Whether what a cancelled task said went unheard.
    private let isUnheard = LockedValue(false)

    /// The user interface that a stream's other side serves.
    package convenience init(over client: NetRPCClient) {
        self.init(over: client, lastWordsTime: Self.lastWordsTime)
    }

    init(over client: NetRPCClient, lastWordsTime: Duration) {
        self.client = client
        self.lastWordsTime = lastWordsTime
        progress = RemoteProgress(client)
    }

    /// `Ui.Say`.
    package func say(_ text: String) async { await send(UserInterfaceEndpoint.say, text) }

    /// `Ui.Say`, with as many lines in a call as fit.
    package func say(lines: [String]) async { await send(UserInterfaceEndpoint.say, lines) }

    /// `Ui.Message`.
    package func message(_ text: String) async { await send(UserInterfaceEndpoint.message, text) }

    /// `Ui.Error`.
    package func error(_ text: String) async { await send(UserInterfaceEndpoint.error, text) }

    /// `Ui.Error`, with as many lines in a call as fit.
    package func error(lines: [String]) async { await send(UserInterfaceEndpoint.error, lines) }

    /// `Ui.Machine`.
    package func machine(_ type: String, _ data: [String]) async {
        let arguments = UserInterfaceEndpoint.MachineArguments(category: type, arguments: data)
        await send(UserInterfaceEndpoint.machine, arguments)
    }

    /// `Ui.Ask`.
    ///
    /// Packer's wire cannot say that an answer is secret: its terminal shows what is typed. It puts a
    /// blank behind a question itself.
    package func ask(_ question: String, isSecret: Bool) async throws -> String {
        let asked = question.hasSuffix(" ") ? String(question.dropLast()) : question
        do {
            return try await client.call(
                UserInterfaceEndpoint.ask,
                asked,
                returning: String.self
            )
        } catch let error as NetRPCError {
            throw NoAnswer(question, reason: error.message)
        }
    }

    /// `Ui.NewTrackProgress` and its calls, sent by a task of their own.
    package func report(_ report: TransferProgress) { progress.report(report) }

    /// Waits until what was reported so far is sent; then follows no transfer any more.
    package func finish() async { await progress.finish() }

    private func send(_ method: String, _ arguments: some Encodable & Sendable) async {
        if Task.isCancelled, isUnheard.withLock({ $0 }) { return }
        let result = await outlastingCancellation(by: lastWordsTime) { [client] in
            _ = try await client.call(method, arguments)
        }
        if case .failure(is CancellationError) = result { isUnheard.withLock { $0 = true } }
    }

    private func send(_ method: String, _ lines: [String]) async {
        var text = ""
        for line in lines {
            if !text.isEmpty, text.utf8.count + line.utf8.count >= UserInterfaceEndpoint.textSize {
                await send(method, text)
                text = ""
            } else if !text.isEmpty {
                text += "\n"
            }
            // An empty first line would be lost in the joined text.
            if text.isEmpty, line.isEmpty { await send(method, "") } else { text += line }
        }
        if !text.isEmpty { await send(method, text) }
    }
}

/// Serves a user interface on a stream.
package struct UserInterfaceServer: Sendable {
    private let ui: any UserInterface

    /// Serves `ui`.
    package init(_ ui: any UserInterface) {
        self.ui = ui
    }

    /// Adds the endpoint's methods to what a stream serves.
    package func register(on server: NetRPCServer) async throws {
        let ui = ui
        try await server.register(UserInterfaceEndpoint.say) { (text: String) in await ui.say(text)
        }
        try await server.register(UserInterfaceEndpoint.message) { (text: String) in
            await ui.message(text)
        }
        try await server.register(UserInterfaceEndpoint.error) { (text: String) in
            await ui.error(text)
        }
        try await server.register(UserInterfaceEndpoint.ask) { (question: String) in
            do {
                return try await ui.ask(question, isSecret: false)
            } catch let error as NoAnswer {
                // Packer's callers show the text behind words of their own.
                throw NetRPCError(.server, error.reason)
            }
        }
        try await server.register(UserInterfaceEndpoint.machine) {
            (arguments: UserInterfaceEndpoint.MachineArguments) in
            await ui.machine(arguments.category, arguments.arguments)
        }
        let trackers = ProgressTrackers(ui, server)
        try await server.register(UserInterfaceEndpoint.newTrackProgress) {
            (arguments: UserInterfaceEndpoint.TrackArguments) in
            try await trackers.add(arguments)
        }
    }
}
