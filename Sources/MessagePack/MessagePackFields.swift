/// The fields of one Go struct as its codec takes them: a map's by their names, an array's by their
/// order, and none of nil.
///
/// For types that are read so often that `Decodable` costs too much, such as the header of each
/// message. ``MessagePackDecoder`` takes and refuses the same.
package struct MessagePackFields {
    private var entries: [MessagePackValue.Entry] = []
    private var elements: [MessagePackValue] = []

    /// The fields of a value.
    ///
    /// - Throws: ``MessagePackError``: `.typeMismatch` for what is neither a map of names nor an
    ///   array nor nil; `.tooLarge` for a key beyond ``MessagePackLimits/keySize``.
    package init(
        _ value: MessagePackValue,
        limits: MessagePackLimits = .standard
    ) throws(MessagePackError) {
        switch value {
        case .nil: break
        case .array(let elements): self.elements = elements
        case .map(let entries):
            try entries.checkNames(limits)
            self.entries = entries
        default:
            throw MessagePackError(.typeMismatch, "found \(value.summary) where a map is needed")
        }
    }

    /// A field that holds text; empty where it is nil or missing.
    ///
    /// - Parameters:
    ///   - name: Its key in a map; compared byte by byte, and of one that occurs twice the last wins.
    ///   - place: Its element of an array.
    /// - Returns: The text; what is not UTF-8 in it is U+FFFD.
    /// - Throws: ``MessagePackError`` with the name as its path.
    package func string(_ name: String, at place: Int) throws(MessagePackError) -> String {
        try scalar(name, place)
    }

    /// A field that holds a number, in a form of any width; 0 where it is nil or missing.
    ///
    /// - Throws: ``MessagePackError`` with the name as its path.
    package func uint64(_ name: String, at place: Int) throws(MessagePackError) -> UInt64 {
        try scalar(name, place)
    }

    private func scalar<Scalar: MessagePackScalar>(
        _ name: String,
        _ place: Int
    ) throws(MessagePackError) -> Scalar {
        guard let value = value(name, place), !value.isNil else { return .zero }
        guard let scalar = Scalar.converted(value) else {
            throw MessagePackError(
                .typeMismatch,
                "found \(value.summary) where \(Scalar.wanted) is needed",
                path: name
            )
        }
        return scalar
    }

    private func value(_ name: String, _ place: Int) -> MessagePackValue? {
        guard entries.isEmpty else {
            return entries.last { $0.key.string?.hasBytes(of: name) ?? false }?.value
        }
        return place < elements.count ? elements[place] : nil
    }
}

extension [MessagePackValue.Entry] {
    /// Checks that each key is a name, of text or a number, that can be looked up in a short time.
    func checkNames(_ limits: MessagePackLimits, path: @autoclosure () -> String = "")
        throws(MessagePackError)
    {
        for entry in self {
            guard let size = entry.key.sizeBeyondASCII(over: limits.keySize) else { continue }
            throw MessagePackError(
                .tooLarge,
                "found a key of \(size) bytes that is not ASCII, more than \(limits.keySize)",
                path: path()
            )
        }
        for entry in self {
            switch entry.key {
            case .string, .invalidString, .binary, .int, .uint: continue
            default:
                throw MessagePackError(
                    .typeMismatch,
                    "found \(entry.key.summary) where a key's name is needed",
                    path: path()
                )
            }
        }
    }
}

extension MessagePackValue {
    /// How many bytes a text has that is longer than so many and not ASCII; `nil` for all else.
    fileprivate func sizeBeyondASCII(over limit: Int) -> Int? {
        guard let text = string?.utf8, text.count > limit else { return nil }
        return text.contains { $0 >= 0x80 } ? text.count : nil
    }
}

extension String {
    /// Whether it is another text byte by byte, not only to look at.
    func hasBytes(of other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
