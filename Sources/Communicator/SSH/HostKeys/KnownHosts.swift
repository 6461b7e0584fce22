/// What known_hosts files say about one host.
///
/// Made for a host, it keeps only the lines that may concern it. As OpenSSH does, a host on another
/// port than 22 is looked up as `[host]:port` and, when that is unknown, as `host`.
struct KnownHosts {
    /// What the files say about a key.
    enum Verdict: Equatable {
        /// The host's key, with the line that says so.
        case known(String)
        /// Nothing about this host.
        case unknown
        /// The host has other keys, or lines that cannot be read: what each says, and where.
        case changed([String])
        /// The key is revoked, or a line that revokes cannot be read: what it says, and where.
        case revoked(String)
    }

    private struct Line {
        let entry: KnownHostsEntry
        let place: String
        /// How the line names `[host]:port`.
        let reach: KnownHostsNames.Reach
        /// How the line names the host without its port.
        let bareReach: KnownHostsNames.Reach

        var isAboutHost: Bool { reach != .notNamed || bareReach != .notNamed }

        var finding: String {
            let key = entry.key.map(\.summary) ?? "an unreadable key"
            return "\(place) has \(key)" + (entry.defect.map { " (\($0))" } ?? "")
        }
    }

    /// The host as its lines name it.
    let name: String
    private let bareName: String
    private var lines: [Line] = []

    init(host: String, port: UInt16) {
        bareName = host.lowercased()
        name = port == 22 ? bareName : "[\(bareName)]:\(port)"
    }

    /// Adds the lines of a file that may concern the host.
    mutating func add(_ content: [UInt8], from path: String) {
        let (full, bare) = (Array(name.utf8), Array(bareName.utf8))
        let texts = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, text) in texts.enumerated() {
            guard let entry = KnownHostsEntry(text) else { continue }
            let reach = entry.names.reach(full)
            let line = Line(
                entry: entry,
                place: "\(path) line \(index + 1)",
                reach: reach,
                bareReach: full == bare ? reach : entry.names.reach(bare)
            )
            if line.isAboutHost { lines.append(line) }
        }
    }

    /// The types of the keys that are on record, without repetition; empty for an unknown host.
    var keyTypes: [String] {
        let named = recorded(\.reach)
        var types: [String] = []
        for line in named.isEmpty ? recorded(\.bareReach) : named {
            if let type = line.entry.key?.type, !types.contains(type) { types.append(type) }
        }
        return types
    }

    /// Whether an authority is on record that signs the keys of this host.
    var hasAuthority: Bool {
        lines.contains { $0.entry.meaning == .authority && $0.reach == .named }
    }

    /// What the files say about a key that the host shows.
    func verdict(on key: HostKey) -> Verdict {
        // A line that revokes counts as far as it can be read, and in full where it cannot.
        let revocations = lines.filter { $0.entry.meaning == .revocation }
        if let line = revocations.first(where: { ($0.entry.key ?? key) == key }) {
            return .revoked(line.finding)
        }
        let named = recorded(\.reach)
        if let line = named.first(where: { accepts(key, $0) }) { return .known(line.place) }
        guard named.isEmpty else { return .changed(named.map(\.finding)) }
        let bare = recorded(\.bareReach)
        if let line = bare.first(where: { accepts(key, $0) }) { return .known(line.place) }
        return .unknown
    }

    private func accepts(_ key: HostKey, _ line: Line) -> Bool {
        line.entry.meaning == .hostKey && line.entry.defect == nil && line.entry.key == key
    }

    private func recorded(_ reach: KeyPath<Line, KnownHostsNames.Reach>) -> [Line] {
        lines.filter {
            [.hostKey, .unknown].contains($0.entry.meaning) && $0[keyPath: reach] == .named
        }
    }
}
