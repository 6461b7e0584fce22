/// How a stream defines a type: a value of Go's `wireType`, whose own definition both sides know.
///
/// ```go
/// type wireType struct {
///     ArrayT *arrayType; SliceT *sliceType; StructT *structType; MapT *mapType
///     GobEncoderT, BinaryMarshalerT, TextMarshalerT *gobEncoderType
/// }
/// ```
/// Each of these begins with `CommonType struct { Name string; Id int }`. Exactly one is there.
extension GobTypeDefinition {
    private static let kinds = 7

    /// Reads a definition, of which no field may begin behind the offset `end`.
    init(from cursor: inout GobCursor, before end: Int) throws(GobError) {
        let start = cursor.offset
        guard let kind = try cursor.field(after: -1, of: Self.kinds) else {
            throw GobError(.malformedDefinition, "a type is defined as nothing", at: start)
        }
        switch kind {
        case 0: self = try Self.array(from: &cursor)
        case 1: self = try Self.slice(from: &cursor)
        case 2: self = try Self.structure(from: &cursor, before: end)
        case 3: self = try Self.map(from: &cursor)
        case 4: self = .opaque(name: try Self.nameOnly(from: &cursor), by: .gobEncoder)
        case 5: self = .opaque(name: try Self.nameOnly(from: &cursor), by: .binaryMarshaler)
        default: self = .opaque(name: try Self.nameOnly(from: &cursor), by: .textMarshaler)
        }
        let place = cursor.offset
        guard try cursor.field(after: kind, of: Self.kinds) == nil else {
            throw GobError(.malformedDefinition, "a type is defined as two things", at: place)
        }
    }

    private static func array(from cursor: inout GobCursor) throws(GobError) -> Self {
        var name = ""
        var element: GobTypeID?
        var length = 0
        let start = cursor.offset
        var last = -1
        while let field = try cursor.field(after: last, of: 3) {
            switch field {
            case 0: name = try commonName(from: &cursor)
            case 1: element = try reference(from: &cursor)
            default:
                let place = cursor.offset
                guard let given = Int(exactly: try cursor.int()), given >= 0 else {
                    throw GobError(.malformedDefinition, "an array's length is negative", at: place)
                }
                length = given
            }
            last = field
        }
        return .array(name: name, element: try known(element, start), length: length)
    }

    private static func slice(from cursor: inout GobCursor) throws(GobError) -> Self {
        var name = ""
        var element: GobTypeID?
        let start = cursor.offset
        var last = -1
        while let field = try cursor.field(after: last, of: 2) {
            if field == 0 {
                name = try commonName(from: &cursor)
            } else {
                element = try reference(from: &cursor)
            }
            last = field
        }
        return .slice(name: name, element: try known(element, start))
    }

    private static func map(from cursor: inout GobCursor) throws(GobError) -> Self {
        var name = ""
        var key: GobTypeID?
        var element: GobTypeID?
        let start = cursor.offset
        var last = -1
        while let field = try cursor.field(after: last, of: 3) {
            switch field {
            case 0: name = try commonName(from: &cursor)
            case 1: key = try reference(from: &cursor)
            default: element = try reference(from: &cursor)
            }
            last = field
        }
        return .map(name: name, key: try known(key, start), element: try known(element, start))
    }

    private static func structure(
        from cursor: inout GobCursor,
        before end: Int
    ) throws(GobError) -> Self {
        var name = ""
        var fields: [Field] = []
        var last = -1
        while let field = try cursor.field(after: last, of: 2) {
            if field == 0 {
                name = try commonName(from: &cursor)
            } else {
                fields = try Self.fields(from: &cursor, before: end)
            }
            last = field
        }
        return .structure(name: name, fields: fields)
    }

    private static func fields(
        from cursor: inout GobCursor,
        before end: Int
    ) throws(GobError) -> [Field] {
        var fields: [Field] = []
        // By their bytes, as Go does: a peer could make the comparison of texts take minutes.
        var names: Set<[UInt8]> = []
        // Each field takes bytes, so a count that is too high meets the end of the message.
        for _ in 0..<(try cursor.count()) {
            let start = cursor.offset
            guard start < end else { throw tooLong(at: start) }
            var name = ""
            var type: GobTypeID?
            var last = -1
            while let part = try cursor.field(after: last, of: 2) {
                if part == 0 {
                    name = try cursor.text()
                } else {
                    type = try reference(from: &cursor)
                }
                last = part
            }
            guard !name.isEmpty else {
                throw GobError(.malformedDefinition, "a field has no name", at: start)
            }
            guard names.insert(Array(name.utf8)).inserted else {
                let found = "a struct has two fields of the name \(GobError.quoted(name))"
                throw GobError(.malformedDefinition, found, at: start)
            }
            fields.append(Field(name, try known(type, start)))
        }
        return fields
    }

    /// The types of a stream are defined in more bytes than its decoder allows.
    static func tooLong(at offset: Int) -> GobError {
        GobError(.limitExceeded, "the definitions of the stream's types are too long", at: offset)
    }

    /// A `gobEncoderType`, which has nothing but a name.
    private static func nameOnly(from cursor: inout GobCursor) throws(GobError) -> String {
        guard try cursor.field(after: -1, of: 1) != nil else { return "" }
        let name = try commonName(from: &cursor)
        let end = cursor.offset
        guard try cursor.uint() == 0 else {
            throw GobError(.undefinedField, "a type's definition goes on", at: end)
        }
        return name
    }

    /// The name in a `CommonType`.
    ///
    /// The number beside it repeats what stood before the definition,
    /// and Go's decoder does not look at it.
    private static func commonName(from cursor: inout GobCursor) throws(GobError) -> String {
        var name = ""
        var last = -1
        while let field = try cursor.field(after: last, of: 2) {
            if field == 0 { name = try cursor.text() } else { _ = try cursor.int() }
            last = field
        }
        return name
    }

    private static func reference(from cursor: inout GobCursor) throws(GobError) -> GobTypeID {
        let place = cursor.offset
        let number = try cursor.typeNumber()
        guard number > 0 else {
            throw GobError(.malformedDefinition, "\(number) is no type's number", at: place)
        }
        return GobTypeID(number)
    }

    private static func known(_ id: GobTypeID?, _ place: Int) throws(GobError) -> GobTypeID {
        guard let id else {
            throw GobError(.malformedDefinition, "a part of a type has no type", at: place)
        }
        return id
    }
}

extension GobTypeDefinition {
    /// Writes the definition as Go does, for a type of the number `id`.
    func write(to writer: inout GobWriter, id: GobTypeID) {
        switch self {
        case .array(_, let element, let length):
            begin(1, id, &writer)
            Self.write(element, &writer)
            if length != 0 {
                writer.uint(1)
                writer.int(Int64(length))
            }
        case .slice(_, let element):
            begin(2, id, &writer)
            Self.write(element, &writer)
        case .structure(_, let fields):
            begin(3, id, &writer)
            if !fields.isEmpty {
                writer.uint(1)
                writer.count(fields.count)
                for field in fields {
                    writer.uint(1)
                    writer.text(field.name)
                    Self.write(field.type, &writer)
                    writer.uint(0)
                }
            }
        case .map(_, let key, let element):
            begin(4, id, &writer)
            Self.write(key, &writer)
            Self.write(element, &writer)
        case .opaque(_, .gobEncoder): begin(5, id, &writer)
        case .opaque(_, .binaryMarshaler): begin(6, id, &writer)
        case .opaque(_, .textMarshaler): begin(7, id, &writer)
        }
        // The ends of the kind and of the wireType.
        writer.uint(0)
        writer.uint(0)
    }

    /// Begins the kind that is the wireType's field `number`, counted from 1, with its CommonType.
    private func begin(_ number: UInt64, _ id: GobTypeID, _ writer: inout GobWriter) {
        writer.uint(number)
        writer.uint(1)
        if name.isEmpty {
            writer.uint(2)
        } else {
            writer.uint(1)
            writer.text(name)
            writer.uint(1)
        }
        writer.type(id)
        writer.uint(0)
    }

    /// Writes the next field of a struct, which is the number of a type.
    private static func write(_ type: GobTypeID, _ writer: inout GobWriter) {
        writer.uint(1)
        writer.type(type)
    }
}
