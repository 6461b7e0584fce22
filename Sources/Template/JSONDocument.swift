import Configuration

/// A JSON file, read strictly (RFC 8259), and where in it everything stands.
struct JSONDocument {
    /// The largest file that is read; templates are a thousand times smaller.
    static let largestFile = 4 << 20
    /// How deep lists and maps may stand in one another.
    static let deepestNesting = 64
    /// How many values there may be, so that the source map stays small.
    static let mostValues = 50_000

    let root: ConfigurationValue
    let sourceMap: SourceMap

    /// Parses a file's bytes.
    ///
    /// Beyond what JSON demands, duplicate keys, lone surrogates and NUL characters are errors.
    ///
    /// - Throws: `TemplateErrors` with one problem and its place.
    init(_ bytes: [UInt8], file: String) throws {
        guard bytes.count <= Self.largestFile else {
            throw TemplateErrors(
                "the file has \(bytes.count) bytes, more than \(Self.largestFile)",
                remedy: "name a JSON template or variable file",
                file: file
            )
        }
        var parser = JSONParser(bytes, file: file)
        root = try parser.document()
        sourceMap = parser.sourceMap
    }
}
