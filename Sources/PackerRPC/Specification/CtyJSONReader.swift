import Configuration

/// Makes values of JSON, as go-cty's `json.Unmarshal` does.
struct CtyJSONReader {
    /// A short object may have a type of many attributes, each of which becomes a null.
    private var budget = ValueBudget()

    /// A value that stands beside its type.
    mutating func typed(
        _ json: JSONValue,
        _ depth: Int
    ) throws(HCLSpecificationError) -> CtyValue {
        guard case .object(let members) = json else {
            let found = "\(json.kind) stands where a value with its type should be"
            throw HCLSpecificationError(.malformed, found)
        }
        var type: JSONValue?
        var value: JSONValue?
        for member in members {
            switch member.name {
            case "type": type = member.value
            case "value": value = member.value
            default:
                let found = "a value with its type has a member "
                throw HCLSpecificationError(
                    .malformed,
                    found + HCLSpecificationError.quoted(member.name)
                )
            }
        }
        guard let type, let value else {
            throw HCLSpecificationError(.malformed, "a value or its type is missing")
        }
        return try read(value, try CtyType(json: type).withoutOptionalAttributes, depth)
    }

    /// A value of a type, which has no optional attributes any more.
    mutating func read(
        _ json: JSONValue,
        _ type: CtyType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> CtyValue {
        try HCLSpecificationLimits.checkDepth(depth)
        try budget.spend()
        switch (type, json) {
        case (_, .null): return .null(type)
        case (.dynamic, _): return try typed(json, depth + 1)
        case (.string, .string(let text)), (.string, .number(let text)): return .string(text)
        case (.string, .bool(let truth)): return .string(truth ? "true" : "false")
        case (.number, .number(let text)), (.number, .string(let text)):
            guard let number = CtyNumber(text) else {
                let found = "\(HCLSpecificationError.quoted(text)) is no number within the limits"
                throw HCLSpecificationError(.typeMismatch, found)
            }
            return .number(number)
        case (.bool, .bool(let truth)): return .bool(truth)
        case (.bool, .string(let text)):
            guard let truth = CtyValue.truth(text) else {
                throw HCLSpecificationError(.typeMismatch, "a text stands where a bool should be")
            }
            return .bool(truth)
        case (.list(let element), .array(let elements)):
            return try CtyValue.collected(list: try read(elements, element, depth), of: element)
        case (.set(let element), .array(let elements)):
            return try CtyValue.collected(set: try read(elements, element, depth), of: element)
        case (.map(let element), .object(let members)):
            var entries: [CtyValue.Entry] = []
            for member in members { entries.append(try read(member, element, depth)) }
            return try CtyValue.collected(map: entries, of: element)
        case (.tuple(let types), .array(let elements)):
            return .tuple(try read(elements, types, depth))
        case (.object(let object), .object(let members)):
            return .object(try read(members, object, depth))
        default:
            let found = "\(json.kind) stands where \(type.kind) should be"
            throw HCLSpecificationError(.typeMismatch, found)
        }
    }

    private mutating func read(
        _ elements: [JSONValue],
        _ type: CtyType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> [CtyValue] {
        var values: [CtyValue] = []
        for (index, element) in elements.enumerated() {
            let value = try located(.index(index)) { () throws(HCLSpecificationError) in
                try read(element, type, depth + 1)
            }
            values.append(value)
        }
        return values
    }

    private mutating func read(
        _ elements: [JSONValue],
        _ types: [CtyType],
        _ depth: Int
    ) throws(HCLSpecificationError) -> [CtyValue] {
        guard elements.count == types.count else {
            let found = "\(elements.count) elements stand where a tuple of \(types.count) should be"
            throw HCLSpecificationError(.typeMismatch, found)
        }
        var values: [CtyValue] = []
        for (index, element) in elements.enumerated() {
            let value = try located(.index(index)) { () throws(HCLSpecificationError) in
                try read(element, types[index], depth + 1)
            }
            values.append(value)
        }
        return values
    }

    private mutating func read(
        _ member: JSONValue.Member,
        _ type: CtyType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> CtyValue.Entry {
        try located(.key(member.name)) { () throws(HCLSpecificationError) in
            CtyValue.Entry(member.name, try read(member.value, type, depth + 1))
        }
    }

    /// An object's values; one that is missing is null, as in Go, and one too many an error.
    private mutating func read(
        _ members: [JSONValue.Member],
        _ object: CtyType.ObjectType,
        _ depth: Int
    ) throws(HCLSpecificationError) -> [CtyValue.Entry] {
        var rest: [[UInt8]: JSONValue.Member] = [:]
        for member in members { rest[Array(member.name.utf8)] = member }
        var entries: [CtyValue.Entry] = []
        for attribute in object.attributes {
            if let member = rest.removeValue(forKey: Array(attribute.name.utf8)) {
                entries.append(try read(member, attribute.type, depth))
            } else {
                try budget.spend()
                entries.append(CtyValue.Entry(attribute.name, .null(attribute.type)))
            }
        }
        if let extra = members.first(where: { rest[Array($0.name.utf8)] != nil }) {
            let found = "its type has no attribute \(HCLSpecificationError.quoted(extra.name))"
            throw HCLSpecificationError(.typeMismatch, found)
        }
        return entries
    }
}
