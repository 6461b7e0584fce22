/// The fields of a map, or of an array that stands for one.
final class MapSource {
    private var entries: [MessagePackValue.Entry] = []
    private var elements: [MessagePackValue] = []
    /// Made when a key of many is asked for.
    private lazy var index = NameIndex(entries)
    /// Which element of an array each key means: they are asked for in their order.
    private var places: [String: Int] = [:]
    /// The names that a dictionary of texts would take for another one of the map.
    private var lookAlikes: Set<String> = []

    /// From here on an index finds a key faster than a look at all.
    private static let few = 16

    init(_ decoder: ValueDecoder) throws {
        switch decoder.value {
        case .nil: break
        case .array(let elements): self.elements = elements
        case .map(let entries):
            try entries.checkNames(decoder.limits, path: CodingTrail.text(decoder.codingPath))
            self.entries = entries
        default: throw decoder.mismatch("a map")
        }
    }

    /// The value of a key; of one that occurs twice, the last.
    subscript(key: String) -> MessagePackValue? {
        if entries.count > Self.few {
            return index.place(of: key, in: entries).map { entries[$0].value }
        }
        if !entries.isEmpty { return entries.last { $0.key.isName(key) }?.value }
        guard !elements.isEmpty else { return nil }
        let place = places[key] ?? places.count
        places[key] = place
        return place < elements.count ? elements[place] : nil
    }

    /// The names of all keys, for those who take any.
    func names() -> [String] {
        let names = entries.compactMap(\.key.name)
        lookAlikes = Self.lookAlikes(in: names)
        return names
    }

    /// Checks that a key cannot be taken for another one by who has asked for all of them.
    func checkName(_ key: some CodingKey, _ decoder: ValueDecoder) throws {
        guard !lookAlikes.isEmpty, lookAlikes.contains(key.stringValue) else { return }
        throw MessagePackError(
            .ambiguousKey,
            "found another key that looks the same and has other bytes",
            path: CodingTrail.text(decoder.codingPath + [key])
        )
    }

    /// Swift takes texts for the same that look the same, whatever their bytes.
    private static func lookAlikes(in names: [String]) -> Set<String> {
        guard names.contains(where: { $0.utf8.contains { $0 >= 0x80 } }) else { return [] }
        var seen: Set<String> = []
        var found: Set<String> = []
        for name in names {
            let (isNew, first) = seen.insert(name)
            if !isNew, !first.hasBytes(of: name) { found.insert(name) }
        }
        return found
    }
}

/// Where in a map each name is: 4 bytes a place, where a dictionary of names takes a hundred.
///
/// A peer chooses how many there are.
struct NameIndex {
    /// One more than the number of an entry; 0 where there is none.
    private var slots: [UInt32]

    init(_ entries: [MessagePackValue.Entry]) {
        var count = 64
        while count < entries.count * 2 { count *= 2 }
        slots = Array(repeating: 0, count: count)
        for (place, entry) in entries.enumerated() {
            guard let name = entry.key.name else { continue }
            // Of a key that occurs twice the last wins.
            slots[slot(of: name, in: entries)] = UInt32(place + 1)
        }
    }

    func place(of name: String, in entries: [MessagePackValue.Entry]) -> Int? {
        let slot = slots[slot(of: name, in: entries)]
        return slot == 0 ? nil : Int(slot) - 1
    }

    /// Where a name is, or would be: there is always a free slot.
    private func slot(of name: String, in entries: [MessagePackValue.Entry]) -> Int {
        var hasher = Hasher()
        // The hash of a text is that of its looks, which takes long to find out.
        for byte in name.utf8 { hasher.combine(byte) }
        var slot = hasher.finalize() & (slots.count - 1)
        while slots[slot] != 0, !entries[Int(slots[slot]) - 1].key.isName(name) {
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }
}

extension MessagePackValue {
    /// What a key is called: its text, or the digits of its number; `nil` for all else.
    var name: String? {
        switch self {
        case .int(let number): "\(number)"
        case .uint(let number): "\(number)"
        default: string
        }
    }

    fileprivate func isName(_ other: String) -> Bool { name?.hasBytes(of: other) ?? false }
}
