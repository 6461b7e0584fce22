internal import MessagePack
internal import NetRPC

/// Follows both directions of a stream of net/rpc, and says what is said.
///
/// A value that is fed the bytes; any split of them gives the same events.
struct NetRPCObservation: Sendable {
    /// Which bytes are fed.
    enum Half: Sendable {
        case read
        case written
    }

    /// A call, by the number that its caller gave it.
    struct Call: Sendable, Equatable {
        let method: String
        let sequence: UInt64
        /// What of an artifact is asked for, where that is what is called.
        var asked: String?

        /// As it stands in a line: one word and the number.
        func text(_ mask: SecretMask) -> String {
            "\(TracedText.word(mask.hiding(method))) #\(sequence)"
        }
    }

    /// What is said.
    enum Event: Sendable {
        case call(Call, body: [UInt8])
        case reply(Call, body: [UInt8])
        case failure(Call, message: String)
        /// The peer or this side breaks the protocol; that direction is not followed any further.
        case unreadable(String)
        /// Nothing more is said; these calls have no reply.
        case end([Call])
    }

    /// The stream's name.
    let name: String
    private let role: RPCTrace.Role
    private var requests = NetRPCMessageParser<NetRPCRequestHeader>()
    private var responses = NetRPCMessageParser<NetRPCResponseHeader>()
    private var requestsAreReadable = true
    private var responsesAreReadable = true
    private var open: [UInt64: Call] = [:]
    private var hasEnded = false

    init(name: String, role: RPCTrace.Role) {
        self.name = name
        self.role = role
    }

    /// The events that these bytes complete.
    mutating func follow(_ bytes: [UInt8], _ half: Half) -> [Event] {
        let areRequests = (half == .written) == (role == .caller)
        return areRequests ? followRequests(bytes) : followResponses(bytes)
    }

    /// The end, once.
    mutating func end() -> Event? {
        guard !hasEnded else { return nil }
        hasEnded = true
        return .end(open.values.sorted { $0.sequence < $1.sequence })
    }

    private mutating func followRequests(_ bytes: [UInt8]) -> [Event] {
        guard requestsAreReadable else { return [] }
        var events: [Event] = []
        requests.append(bytes)
        do throws(NetRPCError) {
            while let request = try requests.next() {
                let header = request.header
                var call = Call(method: header.serviceMethod, sequence: header.sequence)
                if call.method == ArtifactEndpoint.state {
                    call.asked = try? MessagePackDecoder().decode(String.self, from: request.body)
                }
                open[call.sequence] = call
                events.append(.call(call, body: request.body))
            }
        } catch {
            requestsAreReadable = false
            events.append(.unreadable(error.message))
        }
        return events
    }

    private mutating func followResponses(_ bytes: [UInt8]) -> [Event] {
        guard responsesAreReadable else { return [] }
        var events: [Event] = []
        responses.append(bytes)
        do throws(NetRPCError) {
            while let response = try responses.next() {
                let header = response.header
                let call =
                    open.removeValue(forKey: header.sequence)
                    ?? Call(method: header.serviceMethod, sequence: header.sequence)
                events.append(
                    header.error.isEmpty
                        ? .reply(call, body: response.body)
                        : .failure(call, message: header.error)
                )
            }
        } catch {
            responsesAreReadable = false
            events.append(.unreadable(error.message))
        }
        return events
    }
}
