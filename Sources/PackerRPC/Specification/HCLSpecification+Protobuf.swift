import Configuration
import MessagePack

/// Specifications in protobuf: what Packer from 1.12 on wants of a plugin that it started with
/// `--protobuf`.
///
/// The eight messages are simple enough to be written by hand; see ``SpecMessage``.
extension HCLSpecification {
    /// The specification's message.
    ///
    /// - Throws: ``HCLSpecificationError/Code-swift.enum/unsupported`` where there is something that
    ///   the messages have no place for; ``checkExpressibleInProtobuf()``.
    package func protobuf() throws(HCLSpecificationError) -> [UInt8] { try protobuf(0) }

    /// Checks that the specification consists of what the messages have a place for: strings,
    /// numbers, bools, lists and maps; blocks, and lists of blocks without a limit; keys that are the
    /// names.
    ///
    /// - Throws: ``HCLSpecificationError`` with the place of the first thing that they have none for.
    package func checkExpressibleInProtobuf() throws(HCLSpecificationError) {
        _ = try protobuf()
    }

    private func protobuf(_ depth: Int) throws(HCLSpecificationError) -> [UInt8] {
        try HCLSpecificationLimits.checkBlocks(depth)
        var object = ProtobufWriter()
        for entry in entries {
            let spec = try located(.key(entry.key)) { () throws(HCLSpecificationError) in
                try Self.protobuf(entry.element, depth)
            }
            var pair = ProtobufWriter()
            pair.text(1, entry.key)
            pair.delimited(2, spec)
            object.delimited(1, pair.bytes)
        }
        var spec = ProtobufWriter()
        spec.delimited(1, object.bytes)
        return spec.bytes
    }

    private static func protobuf(
        _ element: Element,
        _ depth: Int
    ) throws(HCLSpecificationError) -> [UInt8] {
        var inner = ProtobufWriter()
        inner.text(1, element.name)
        var spec = ProtobufWriter()
        switch element {
        case .attribute(_, let type, let isRequired):
            inner.delimited(2, try type.protobuf(0))
            inner.bool(3, isRequired)
            spec.delimited(2, inner.bytes)
        case .block(_, let nested, let isRequired):
            inner.bool(2, isRequired)
            inner.delimited(3, try nested.protobuf(depth + 1))
            spec.delimited(3, inner.bytes)
        case .blockList(_, let nested, let minimum, let maximum):
            guard minimum == 0, maximum == 0 else {
                let found = "a list of blocks with a limit has no form in protobuf"
                throw HCLSpecificationError(.unsupported, found)
            }
            inner.delimited(2, try nested.protobuf(depth + 1))
            spec.delimited(4, inner.bytes)
        }
        return spec.bytes
    }

    /// The specification that a message says.
    ///
    /// - Throws: ``HCLSpecificationError`` for anything else.
    package init(protobuf bytes: [UInt8]) throws(HCLSpecificationError) {
        try HCLSpecificationLimits.checkLength(bytes.count)
        var budget = ValueBudget()
        var message = SpecMessage.none
        try message.merge(ProtobufReader(bytes), 0, &budget)
        try self.init(message)
    }

    private init(_ message: SpecMessage) throws(HCLSpecificationError) {
        guard case .object(let object) = message else {
            throw HCLSpecificationError(.malformed, "the specification is not one of an object")
        }
        var entries: [Entry] = []
        for (name, spec) in object.attributes {
            let key = name.text
            let element = try located(.key(key)) { () throws(HCLSpecificationError) in
                try Self.element(spec)
            }
            entries.append(Entry(element, key: key))
        }
        try self.init(entries)
    }

    private static func element(_ message: SpecMessage) throws(HCLSpecificationError) -> Element {
        switch message {
        case .attribute(let attribute):
            guard let type = attribute.type else {
                throw HCLSpecificationError(.malformed, "an attribute has no type")
            }
            let ctyType = try CtyType(type)
            return .attribute(attribute.name, ctyType, isRequired: attribute.isRequired)
        case .block(let block):
            let nested = try HCLSpecification(block.nested)
            return .block(block.name, nested, isRequired: block.isRequired)
        case .blockList(let list): return .blockList(list.name, try HCLSpecification(list.nested))
        case .none: throw HCLSpecificationError(.malformed, "an entry is empty")
        case .object: throw HCLSpecificationError(.unsupported, "an entry is an object itself")
        }
    }
}

extension CtyType {
    private static let primitives: [(String, CtyType)] = [
        ("cty.String", .string), ("cty.Number", .number), ("cty.Bool", .bool),
    ]

    fileprivate func protobuf(_ depth: Int) throws(HCLSpecificationError) -> [UInt8] {
        try HCLSpecificationLimits.checkDepth(depth)
        var inner = ProtobufWriter()
        var outer = ProtobufWriter()
        switch self {
        case .string, .number, .bool:
            inner.text(1, Self.primitives.first { $0.1 == self }?.0 ?? "")
            outer.delimited(1, inner.bytes)
        case .list(let element):
            inner.delimited(1, try element.protobuf(depth + 1))
            outer.delimited(2, inner.bytes)
        case .map(let element):
            inner.delimited(1, try element.protobuf(depth + 1))
            outer.delimited(3, inner.bytes)
        case .set, .object, .tuple, .dynamic:
            throw HCLSpecificationError(.unsupported, "\(kind) has no form in protobuf")
        }
        return outer.bytes
    }

    fileprivate init(_ message: TypeMessage) throws(HCLSpecificationError) {
        switch message {
        case .list(let element): self = .list(try CtyType(element))
        case .map(let element): self = .map(try CtyType(element))
        case .none: throw HCLSpecificationError(.malformed, "a type is empty")
        case .primitive(let name):
            guard let type = Self.primitives.first(where: { $0.0 == name })?.1 else {
                let found = "\(HCLSpecificationError.quoted(name)) is no type"
                throw HCLSpecificationError(.malformed, found)
            }
            self = type
        }
    }
}
