import Gob

/// A value of cty as gob carries it, taken apart and put together again in our form.
struct CtyValueStream {
    /// What cty's `Value.GobEncode` wrote.
    private let content: GobStructure

    /// What the numbers of types in it mean.
    private let types: GobTypes
    private let type: CtyType

    /// Reads the stream of a value.
    init(stream: [UInt8]) throws {
        let outer = try GobDecoder.value(of: stream)
        var decoder = GobDecoder()
        decoder.append(try outer.bytes)
        guard let value = try decoder.next() else { throw Unexpected("an empty value") }
        try decoder.finish()
        content = try value.structure
        types = decoder.types
        type = try CtyType(stream: try content["Ty"]?.bytes ?? [])
    }

    /// The stream of the same value, all types first.
    var stream: [UInt8] {
        get throws {
            let typeStream = try type.stream
            let fields = content.fields.map { field in
                field.name == "Ty" ? .init("Ty", .opaque(typeStream)) : field
            }
            guard let gobValue = types.ids.first else { throw Unexpected("no types") }
            let inner = try GobEncoder.stream(
                of: .structure(GobStructure(fields)),
                as: gobValue,
                types: types
            )
            var outer = GobTypes()
            try outer.define(GobTypeID(70), as: .opaque(name: "Value"))
            return try GobEncoder.stream(of: .opaque(inner), as: GobTypeID(70), types: outer)
        }
    }
}
