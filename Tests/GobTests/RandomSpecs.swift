import TestSupport

/// Random specifications and types of cty.
extension CtyType {
    /// A type; if `structural` perhaps an object, tuple or set, which no configuration has.
    static func random(
        depth: Int,
        structural: Bool,
        using generator: inout SplitMix
    ) -> CtyType {
        let kinds = depth == 0 ? 3 : structural ? 8 : 5
        func inner(_ generator: inout SplitMix) -> CtyType {
            random(depth: depth - 1, structural: structural, using: &generator)
        }
        switch Int.random(in: 0..<kinds, using: &generator) {
        case 0: return .string
        case 1: return .number
        case 2: return .bool
        case 3: return .list(inner(&generator))
        case 4: return .map(inner(&generator))
        case 5: return .set(inner(&generator))
        case 6:
            var attributes: [String: CtyType] = [:]
            for index in 0..<Int.random(in: 0...3, using: &generator) {
                attributes["attribute_\(index)"] = inner(&generator)
            }
            return .object(attributes)
        default:
            let count = Int.random(in: 0...3, using: &generator)
            return .tuple((0..<count).map { _ in inner(&generator) })
        }
    }
}

extension ObjectSpec {
    static func random(depth: Int, using generator: inout SplitMix) -> ObjectSpec {
        var entries: [String: Entry] = [:]
        for index in 0..<Int.random(in: 0...4, using: &generator) {
            let name = ["a", "größe", "long name"].randomElement(using: &generator) ?? ""
            entries["\(name)\(index)"] = entry("\(name)\(index)", depth: depth, using: &generator)
        }
        return ObjectSpec(entries: entries)
    }

    private static func entry(
        _ name: String,
        depth: Int,
        using generator: inout SplitMix
    ) -> Entry {
        switch Int.random(in: 0..<(depth == 0 ? 1 : 3), using: &generator) {
        case 0:
            let type = CtyType.random(depth: 2, structural: false, using: &generator)
            let required = Bool.random(using: &generator)
            return Entry(kind: .attribute, name: name, type: type, required: required)
        case 1:
            let required = Bool.random(using: &generator)
            let nested = random(depth: depth - 1, using: &generator)
            return Entry(kind: .block, name: name, required: required, nested: nested)
        default:
            var entry = Entry(kind: .list, name: name)
            entry.nested = random(depth: depth - 1, using: &generator)
            entry.minimum = Int64.random(in: 0...2, using: &generator)
            entry.maximum = Int64.random(in: 0...200, using: &generator)
            return entry
        }
    }
}
