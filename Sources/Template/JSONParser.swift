import Configuration

/// Reads JSON by recursive descent, noting where each value stands.
struct JSONParser {
    private(set) var sourceMap: SourceMap
    var cursor: JSONCursor
    private var count = 0

    init(_ bytes: [UInt8], file: String) {
        sourceMap = SourceMap(file: file, bytes: bytes)
        cursor = JSONCursor(bytes)
    }

    /// The one value that the file is.
    mutating func document() throws -> ConfigurationValue {
        do {
            try cursor.refuseWrongStart()
            try cursor.skipSpace()
            let value = try value(at: ConfigurationPath(), depth: 0)
            try cursor.skipSpace()
            guard cursor.atEnd else {
                throw JSONSyntaxError(
                    "there is \(cursor.found) behind the end of the document",
                    "remove it, or put what belongs together into one { }",
                    cursor.offset
                )
            }
            return value
        } catch let error as JSONSyntaxError {
            throw TemplateErrors(
                error.message,
                remedy: error.remedy,
                file: sourceMap.file,
                at: sourceMap.position(at: error.offset)
            )
        }
    }

    private mutating func value(
        at path: ConfigurationPath,
        depth: Int
    ) throws -> ConfigurationValue {
        count += 1
        guard count <= JSONDocument.mostValues else {
            throw JSONSyntaxError(
                "there are more than \(JSONDocument.mostValues) values",
                "name a JSON template or variable file",
                cursor.offset
            )
        }
        switch cursor.peek {
        case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
            guard depth < JSONDocument.deepestNesting else {
                throw JSONSyntaxError(
                    "lists and maps stand deeper than \(JSONDocument.deepestNesting) in one another",
                    "make the document flatter",
                    cursor.offset
                )
            }
            return cursor.peek == UInt8(ascii: "{")
                ? .map(try map(at: path, depth: depth + 1))
                : .list(try list(at: path, depth: depth + 1))
        case UInt8(ascii: "\"")?: return .string(try cursor.string())
        case UInt8(ascii: "-")?: return try cursor.number()
        case let byte? where JSONCursor.isDigit(byte): return try cursor.number()
        default: return try cursor.keyword()
        }
    }

    private mutating func list(
        at path: ConfigurationPath,
        depth: Int
    ) throws -> [ConfigurationValue] {
        let start = cursor.offset
        cursor.skip(1)
        try cursor.skipSpace()
        var elements: [ConfigurationValue] = []
        if cursor.take("]") { return elements }
        while true {
            let element = path.index(elements.count)
            sourceMap.note(element, at: cursor.offset)
            elements.append(try value(at: element, depth: depth))
            if try cursor.endsAfterElement("]", start: start) { return elements }
        }
    }

    private mutating func map(
        at path: ConfigurationPath,
        depth: Int
    ) throws -> [String: ConfigurationValue] {
        let start = cursor.offset
        cursor.skip(1)
        try cursor.skipSpace()
        var entries: [String: ConfigurationValue] = [:]
        if cursor.take("}") { return entries }
        while true {
            let place = cursor.offset
            let key = try cursor.key()
            let entry = path.key(key)
            guard entries[key] == nil else {
                let first = sourceMap.position(of: entry)?.description ?? ""
                throw JSONSyntaxError(
                    "duplicate key \(key.goQuoted), given first at \(first)",
                    "remove one of the two",
                    place
                )
            }
            sourceMap.note(entry, at: place)
            entries[key] = try value(at: entry, depth: depth)
            if try cursor.endsAfterElement("}", start: start) { return entries }
        }
    }
}

/// Where and why a file is no JSON.
struct JSONSyntaxError: Error {
    let message: String
    let remedy: String
    let offset: Int

    init(_ message: String, _ remedy: String, _ offset: Int) {
        self.message = message
        self.remedy = remedy
        self.offset = offset
    }
}
