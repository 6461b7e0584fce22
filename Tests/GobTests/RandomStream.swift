import Gob
import TestSupport

/// Random types and a random value of the last of them.
struct RandomStream {
    private(set) var types = GobTypes()
    private(set) var type = GobTypeID.int
    private(set) var value = GobValue.int(0)

    /// Whether an interface may be nil.
    private let hasNil: Bool

    init(hasNil: Bool = true, using generator: inout SplitMix) {
        self.hasNil = hasNil
        var known: [GobTypeID] = [
            .bool, .int, .uint, .float, .bytes, .string, .complex, .interface,
        ]
        for index in 0..<Int32.random(in: 1...8, using: &generator) {
            let id = GobTypeID(64 + 3 * index)
            let name = ["", "T\(index)", "struct { X int }"].randomElement(using: &generator) ?? ""
            let definition = Self.definition(name, of: known, using: &generator)
            guard (try? types.define(id, as: definition)) != nil else { continue }
            known.append(id)
            type = id
        }
        value = random(type, depth: 6, using: &generator)
    }

    /// The stream of the value.
    var stream: [UInt8] { get throws { try GobEncoder.stream(of: value, as: type, types: types) } }

    private static func definition(
        _ name: String,
        of known: [GobTypeID],
        using generator: inout SplitMix
    ) -> GobTypeDefinition {
        let first = known.randomElement(using: &generator) ?? .int
        let second = known.randomElement(using: &generator) ?? .int
        switch Int.random(in: 0..<7, using: &generator) {
        case 0:
            return .array(
                name: name,
                element: first,
                length: Int.random(in: 0...3, using: &generator)
            )
        case 1: return .slice(name: name, element: first)
        case 2: return .map(name: name, key: first, element: second)
        case 3: return .opaque(name: name, by: .binaryMarshaler)
        default:
            let count = Int.random(in: 0...4, using: &generator)
            let fields = (0..<count).map { index in
                GobTypeDefinition.Field("F\(index)", known.randomElement(using: &generator) ?? .int)
            }
            return .structure(name: name, fields: fields)
        }
    }

    private func random(
        _ type: GobTypeID,
        depth: Int,
        using generator: inout SplitMix
    ) -> GobValue {
        switch type {
        case .bool: return .bool(Bool.random(using: &generator))
        case .int: return .int(Int64(truncatingIfNeeded: number(using: &generator)))
        case .uint: return .uint(number(using: &generator))
        case .float: return .float(Double(number(using: &generator)))
        case .bytes: return .bytes(bytes(using: &generator))
        case .string: return .string("\(number(using: &generator))")
        case .complex: return .complex(real: 0, imaginary: Double(number(using: &generator)))
        case .interface:
            let concrete = ([.int, .string] + types.ids).randomElement(using: &generator) ?? .int
            if hasNil, depth <= 0 || Bool.random(using: &generator) { return .interface(nil) }
            guard depth > 0 else { return .interface(GobInterface("int", .int, .int(1))) }
            let held = random(concrete, depth: depth - 1, using: &generator)
            return .interface(GobInterface("example.T", concrete, held))
        default: return defined(type, depth: depth - 1, using: &generator)
        }
    }

    private func defined(
        _ type: GobTypeID,
        depth: Int,
        using generator: inout SplitMix
    ) -> GobValue {
        let count = depth <= 0 ? 0 : Int.random(in: 0...3, using: &generator)
        func values(_ count: Int, of element: GobTypeID) -> [GobValue] {
            (0..<count).map { _ in random(element, depth: depth, using: &generator) }
        }
        switch types[type] {
        case .array(_, let element, let length): return .sequence(values(length, of: element))
        case .slice(_, let element): return .sequence(values(count, of: element))
        case .map(_, let key, let element):
            var keys: Set<GobValue> = []
            let distinct = values(count, of: key).filter { keys.insert($0).inserted }
            return .map(zip(distinct, values(count, of: element)).map { .init($0, $1) })
        case .opaque: return .opaque(bytes(using: &generator))
        case .structure(_, let fields):
            return .structure(
                GobStructure(
                    fields.compactMap { field in
                        let value = random(field.type, depth: depth, using: &generator)
                        // A reader never sees a field that is zero.
                        return Self.isZero(value) ? nil : .init(field.name, value)
                    }
                )
            )
        case nil: return .int(0)
        }
    }

    private static func isZero(_ value: GobValue) -> Bool {
        switch value {
        case .bool(false), .int(0), .uint(0), .float(0), .complex(0, 0), .bytes([]), .string(""),
            .sequence([]), .interface(nil):
            true
        default: false
        }
    }

    private func number(using generator: inout SplitMix) -> UInt64 {
        generator.next() >> UInt64.random(in: 0..<64, using: &generator)
    }

    private func bytes(using generator: inout SplitMix) -> [UInt8] {
        let count = Int.random(in: 0...5, using: &generator)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
