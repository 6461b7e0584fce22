/// What one side of a connection offers for the key exchange: its first SSH_MSG_KEXINIT
/// (RFC 4253 section 7.1), which goes over the wire in the clear.
struct KeyExchangeProposal: Equatable {
    /// The lists that libssh2 looks at, in the order of the message.
    enum Category: Int, CaseIterable {
        case keyExchange
        case hostKey
        case cipherToServer
        case cipherToClient
        case macToServer
        case macToClient

        /// What the list is of, as sshd_config's words are explained.
        var name: String {
            switch self {
            case .keyExchange: "key exchange method"
            case .hostKey: "host key type"
            case .cipherToServer, .cipherToClient: "cipher"
            case .macToServer, .macToClient: "MAC"
            }
        }
    }

    private let lists: [[String]]

    /// Reads the payload of the message, without its number; `nil` when it is cut short.
    init?(_ payload: ArraySlice<UInt8>) {
        var rest = payload.dropFirst(16)
        var lists: [[String]] = []
        for _ in Category.allCases {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= 4, length <= rest.count - 4 else { return nil }
            let text = rest.dropFirst(4).prefix(length)
            rest = rest.dropFirst(4 + length)
            lists.append(SSHNames(text).all)
        }
        self.lists = lists
    }

    /// The names in one list, the most wanted first.
    func names(_ category: Category) -> [String] { lists[category.rawValue] }

    /// The lists from which nothing can be agreed on with a server.
    func disagreements(with server: KeyExchangeProposal) -> [Category] {
        Category.allCases.filter {
            Set(names($0)).isDisjoint(with: server.names($0))
        }
    }
}

/// Finds the first SSH_MSG_KEXINIT in the bytes that one side sends; everything else passes by.
struct KeyExchangeSniffer {
    /// Greeting lines and the message itself are far smaller on every server.
    private static let limit = 131_072
    private static let kexInit: UInt8 = 20

    /// What was found; `nil` so far, or when there is none.
    private(set) var proposal: KeyExchangeProposal?
    private var stage = Stage.greeting
    private var taken = 0
    /// What came since the last line of the greeting, or the packet's beginning.
    private var seen: [UInt8] = []
    /// How much of it is known to have no end of line, so that nothing is looked at twice.
    private var searched = 0

    private enum Stage { case greeting, packet, over }

    /// Looks at the next bytes; costs nothing once the message was found or cannot come any more.
    mutating func look(at bytes: some Collection<UInt8>) {
        guard stage != .over else { return }
        let next = bytes.prefix(Self.limit - taken)
        taken += next.count
        seen += next
        while stage == .greeting, let end = seen[searched...].firstIndex(of: UInt8(ascii: "\n")) {
            if seen.starts(with: "SSH-".utf8) { stage = .packet }
            seen.removeSubrange(...end)
            searched = 0
        }
        if stage == .greeting { searched = seen.count }
        if stage == .packet { readPacket() }
        if taken == Self.limit { stage = .over }
        if stage == .over { seen = [] }
    }

    /// packet_length, padding_length, payload, padding (RFC 4253 section 6).
    private mutating func readPacket() {
        guard seen.count >= 6 else { return }
        let length = seen.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let padding = Int(seen[4])
        guard length <= Self.limit, padding + 2 <= length, seen[5] == Self.kexInit else {
            stage = .over
            return
        }
        let packet = seen.dropFirst(4)
        guard packet.count >= length else { return }
        proposal = KeyExchangeProposal(packet.prefix(length - padding).dropFirst(2))
        stage = .over
    }
}
