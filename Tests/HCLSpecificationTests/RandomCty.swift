import HCLSpecification
import TestSupport

/// What random types and values may consist of.
struct CtyMixture: OptionSet {
    let rawValue: Int

    /// Sets, which have no order to compare and no form in gob.
    static let sets = CtyMixture(rawValue: 1)
    /// Null of no known type, inside objects and tuples.
    static let dynamic = CtyMixture(rawValue: 2)
    /// Numbers deeper in collections than Go can read them from gob.
    static let deepNumbers = CtyMixture(rawValue: 4)
    /// Objects and tuples, which have no form in protobuf.
    static let structures = CtyMixture(rawValue: 8)
    static let all: CtyMixture = [.sets, .dynamic, .deepNumbers, .structures]
}

extension CtyType {
    static func random(
        depth: Int,
        _ mixture: CtyMixture,
        using generator: inout SplitMix
    ) throws -> CtyType {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 3), using: &generator) {
        case 0: return .string
        case 1: return .number
        case 2: return .bool
        case 3, 4: return .list(try element(depth, mixture, &generator))
        case 5: return .map(try element(depth, mixture, &generator))
        case 6 where mixture.contains(.sets): return .set(try element(depth, mixture, &generator))
        case 7 where mixture.contains(.structures):
            let count = Int.random(in: 0...3, using: &generator)
            return .tuple(
                try (0..<count).map { _ in
                    try random(depth: depth - 1, mixture, using: &generator)
                }
            )
        case 8, 9:
            guard mixture.contains(.structures) else { return .string }
            let count = Int.random(in: 0...4, using: &generator)
            return try .object(
                (0..<count).map { number in
                    let isDynamic =
                        mixture.contains(.dynamic) && Int.random(in: 0..<8, using: &generator) == 0
                    let type = try random(depth: depth - 1, mixture, using: &generator)
                    let name = randomText(using: &generator) + "\(number)"
                    return Attribute(name, isDynamic ? .dynamic : type)
                }
            )
        default: return .string
        }
    }

    private static func element(
        _ depth: Int,
        _ mixture: CtyMixture,
        _ generator: inout SplitMix
    ) throws -> CtyType {
        let type = try random(
            depth: depth - 1,
            mixture.subtracting(.dynamic),
            using: &generator
        )
        guard !mixture.contains(.deepNumbers), type != .number else { return type }
        return type.withoutNumbers
    }

    private var withoutNumbers: CtyType {
        switch self {
        case .number: .bool
        case .list(let element): .list(element.withoutNumbers)
        case .map(let element): .map(element.withoutNumbers)
        case .tuple(let elements): .tuple(elements.map(\.withoutNumbers))
        case .object(let object):
            (try? .object(object.attributes.map { .init($0.name, $0.type.withoutNumbers) }))
                ?? .string
        default: self
        }
    }
}

extension CtyValue {
    static func random(of type: CtyType, using generator: inout SplitMix) throws -> CtyValue {
        if Int.random(in: 0..<8, using: &generator) == 0 { return .null(type) }
        let count = Int.random(in: 0...3, using: &generator)
        switch type {
        case .dynamic: return .null(.dynamic)
        case .string: return .string(randomText(using: &generator))
        case .number: return .number(CtyNumber.random(using: &generator))
        case .bool: return .bool(Bool.random(using: &generator))
        case .list(let element):
            return .list(
                of: element,
                try (0..<count).map { _ in try random(of: element, using: &generator) }
            )
        case .set(let element):
            // Two sets with the same elements in another order are one set.
            var seen: Set<[UInt8]> = []
            let elements = try (0..<count).map { _ in try random(of: element, using: &generator) }
            return .set(
                of: element,
                try elements.filter { seen.insert(try $0.sorted.json()).inserted }
            )
        case .map(let element):
            return .map(
                of: element,
                try (0..<count).map { number in
                    Entry(
                        "\(number)" + randomText(using: &generator),
                        try random(of: element, using: &generator)
                    )
                }
            )
        case .tuple(let types):
            return .tuple(try types.map { try random(of: $0, using: &generator) })
        case .object(let object):
            return .object(
                try object.attributes.map {
                    Entry($0.name, try random(of: $0.type, using: &generator))
                }
            )
        }
    }

    /// The value with each set in the order of its elements' JSON.
    var sorted: CtyValue {
        get throws {
            switch self {
            case .set(let type, let elements):
                let keyed = try elements.map { (try $0.sorted.json(), try $0.sorted) }
                let ordered = keyed.sorted { $0.0.lexicographicallyPrecedes($1.0) }
                return .set(of: type, ordered.map(\.1))
            case .list(let type, let elements):
                return .list(of: type, try elements.map { try $0.sorted })
            case .tuple(let elements): return .tuple(try elements.map { try $0.sorted })
            case .map(let type, let entries):
                return .map(of: type, try entries.map { Entry($0.name, try $0.value.sorted) })
            case .object(let entries):
                return .object(try entries.map { Entry($0.name, try $0.value.sorted) })
            default: return self
            }
        }
    }
}

extension CtyNumber {
    static func random(using generator: inout SplitMix) -> CtyNumber {
        func digits(_ count: ClosedRange<Int>) -> String {
            let count = Int.random(in: count, using: &generator)
            return (0..<count).map { _ in "\(Int.random(in: 0...9, using: &generator))" }.joined()
        }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return CtyNumber(Int64.random(in: -300...300, using: &generator))
        case 1: return CtyNumber(Int64.random(in: .min ... .max, using: &generator))
        // Not the exact integer that a large double is: Go forgets its last digits on the way
        // through MessagePack.
        case 2: return CtyNumber("\(Double(bitPattern: generator.next()))") ?? 1
        case 3: return CtyNumber(Double.random(in: -1000...1000, using: &generator)) ?? 2
        case 4: return CtyNumber("-" + digits(1...60)) ?? 3
        default: return CtyNumber(digits(1...30) + "." + digits(1...40)) ?? 4
        }
    }
}

/// A short text with what makes encodings stumble, but nothing that cty's normal form changes.
func randomText(using generator: inout SplitMix) -> String {
    let letters = ["a", "b", "é", "<", "\"", "\\", "\n", "\u{1}", "\u{2028}", "😀", " ", "&", "Z"]
    let count = Int.random(in: 0...5, using: &generator)
    return (0..<count).map { _ in letters.randomElement(using: &generator) ?? "" }.joined()
}

/// How many times more often a property is tried where `make fuzz` asks for it.
let thoroughness = FuzzScale.rounds(1, full: 50)
