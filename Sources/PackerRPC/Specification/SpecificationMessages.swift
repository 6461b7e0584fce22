import MessagePack

// The messages of a specification in protobuf, as Packer's `hcl2shim` declares them.
//
// They are merged into what was read before, field by field, because that is what a field means
// that stands there twice: a number or text replaces, a message goes on with the first one. They are
// classes because a value would be copied each time that a peer says the same field again.

/// A part of a specification:
/// `Spec { oneof: Object object = 1; Attr attr = 2; Block block_value = 3; BlockList block_list = 4 }`.
enum SpecMessage {
    case none
    case object(ObjectMessage)
    case attribute(AttributeMessage)
    case block(BlockMessage)
    case blockList(BlockListMessage)

    mutating func merge(
        _ reader: ProtobufReader,
        _ depth: Int,
        _ budget: inout ValueBudget
    ) throws(HCLSpecificationError) {
        // A block is a Spec in a Block in a Spec.
        try HCLSpecificationLimits.checkBlocks(depth / 2)
        try budget.spend()
        var reader = reader
        while let field = try reader.field() {
            guard case .delimited(let number, let part) = field else { continue }
            switch number {
            case 1:
                let message = if case .object(let old) = self { old } else { ObjectMessage() }
                self = .object(message)
                try message.merge(part, depth, &budget)
            case 2:
                let message = if case .attribute(let old) = self { old } else { AttributeMessage() }
                self = .attribute(message)
                try message.merge(part, &budget)
            case 3:
                let message = if case .block(let old) = self { old } else { BlockMessage() }
                self = .block(message)
                try message.merge(part, depth, &budget)
            case 4:
                let message = if case .blockList(let old) = self { old } else { BlockListMessage() }
                self = .blockList(message)
                try message.merge(part, depth, &budget)
            default: break
            }
        }
    }
}

/// The entries of an object: `Object { map<string, Spec> attributes = 1 }`.
final class ObjectMessage {
    private(set) var attributes: [WireName: SpecMessage] = [:]

    func merge(
        _ reader: ProtobufReader,
        _ depth: Int,
        _ budget: inout ValueBudget
    ) throws(HCLSpecificationError) {
        var reader = reader
        while let field = try reader.field() {
            guard case .delimited(1, var entry) = field else { continue }
            // A key or value that is missing is empty; an entry replaces one of the same key.
            var key = ""
            var value = SpecMessage.none
            while let field = try entry.field() {
                switch field {
                case .delimited(1, let part): key = try part.text()
                case .delimited(2, let part): try value.merge(part, depth + 1, &budget)
                default: break
                }
            }
            try budget.spend()
            attributes[WireName(key)] = value
        }
    }
}

/// An attribute: `Attr { string name = 1; CtyType type = 2; bool required = 3 }`.
final class AttributeMessage {
    private(set) var name = ""
    private(set) var type: TypeMessage?
    private(set) var isRequired = false

    func merge(
        _ reader: ProtobufReader,
        _ budget: inout ValueBudget
    ) throws(HCLSpecificationError) {
        var reader = reader
        while let field = try reader.field() {
            switch field {
            case .delimited(1, let part): name = try part.text()
            case .delimited(2, let part):
                var message = type ?? .none
                try message.merge(part, 0, &budget)
                type = message
            case .varint(3, let value): isRequired = value != 0
            default: break
            }
        }
    }
}

/// A block: `Block { string name = 1; bool required = 2; Spec nested = 3 }`.
final class BlockMessage {
    private(set) var name = ""
    private(set) var isRequired = false
    private(set) var nested = SpecMessage.none

    func merge(
        _ reader: ProtobufReader,
        _ depth: Int,
        _ budget: inout ValueBudget
    ) throws(HCLSpecificationError) {
        var reader = reader
        while let field = try reader.field() {
            switch field {
            case .delimited(1, let part): name = try part.text()
            case .varint(2, let value): isRequired = value != 0
            case .delimited(3, let part): try nested.merge(part, depth + 1, &budget)
            default: break
            }
        }
    }
}

/// A list of blocks: `BlockList { string name = 1; Spec nested = 2 }`.
final class BlockListMessage {
    private(set) var name = ""
    private(set) var nested = SpecMessage.none

    func merge(
        _ reader: ProtobufReader,
        _ depth: Int,
        _ budget: inout ValueBudget
    ) throws(HCLSpecificationError) {
        var reader = reader
        while let field = try reader.field() {
            switch field {
            case .delimited(1, let part): name = try part.text()
            case .delimited(2, let part): try nested.merge(part, depth + 1, &budget)
            default: break
            }
        }
    }
}

/// The type of an attribute:
/// `CtyType { oneof: CtyPrimitive primitive = 1; CtyList list = 2; CtyMap map = 3 }`,
/// `CtyPrimitive { string typeString = 1 }`, `CtyList` and `CtyMap { CtyType elementType = 1 }`.
indirect enum TypeMessage {
    case none
    case primitive(String)
    case list(TypeMessage)
    case map(TypeMessage)

    mutating func merge(
        _ reader: ProtobufReader,
        _ depth: Int,
        _ budget: inout ValueBudget
    ) throws(HCLSpecificationError) {
        try HCLSpecificationLimits.checkDepth(depth)
        try budget.spend()
        var reader = reader
        while let field = try reader.field() {
            guard case .delimited(let number, let part) = field else { continue }
            switch (number, self) {
            case (1, .primitive(let old)): self = .primitive(try Self.name(part, old))
            case (1, _): self = .primitive(try Self.name(part, ""))
            case (2, .list(let old)): self = .list(try Self.element(part, old, depth, &budget))
            case (2, _): self = .list(try Self.element(part, .none, depth, &budget))
            case (3, .map(let old)): self = .map(try Self.element(part, old, depth, &budget))
            case (3, _): self = .map(try Self.element(part, .none, depth, &budget))
            default: break
            }
        }
    }

    private static func name(
        _ reader: ProtobufReader,
        _ before: String
    ) throws(HCLSpecificationError) -> String {
        var reader = reader
        var name = before
        while let field = try reader.field() {
            if case .delimited(1, let part) = field { name = try part.text() }
        }
        return name
    }

    private static func element(
        _ reader: ProtobufReader,
        _ before: TypeMessage,
        _ depth: Int,
        _ budget: inout ValueBudget
    ) throws(HCLSpecificationError) -> TypeMessage {
        var reader = reader
        var element = before
        while let field = try reader.field() {
            if case .delimited(1, let part) = field {
                try element.merge(part, depth + 1, &budget)
            }
        }
        return element
    }
}
