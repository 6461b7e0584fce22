/// Why a gob stream could not be read or written.
///
/// A peer's fault is always one of these and never a trap. A decoder that has thrown is only good
/// for throwing away: it throws the same error again.
package struct GobError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault, for who must decide by it.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// An integer whose length byte announces more than eight bytes, or that fits no type
        /// where it stands.
        case malformedInteger
        /// Text that is not UTF-8, or a name that is empty or too long.
        case malformedText
        /// A type definition that Go's encoder cannot have written.
        case malformedDefinition
        /// A type id that was defined before, or that is Go's own.
        case duplicateType
        /// A value of a type that nobody defined.
        case undefinedType
        /// A field number that its struct does not have.
        case undefinedField
        /// A length or count that does not agree with what follows.
        case lengthMismatch
        /// A message that ends inside a value.
        case truncatedMessage
        /// A message that goes on behind its value.
        case trailingBytes
        /// A map that has the same key twice.
        case duplicateKey
        /// One of ``GobLimits`` is exceeded.
        case limitExceeded
        /// The stream ended inside a value, or before one that was asked for.
        case unexpectedEnd
        /// A value that is not of the type it was to be read or written as: this side's fault or
        /// a peer with another idea of the same struct.
        case typeMismatch

        /// What whoever reads the message can do.
        package var remedy: String {
            switch self {
            case .limitExceeded:
                "No honest peer sends this much; if yours does, raise the limit in GobLimits."
            case .unexpectedEnd:
                "The other side stopped early; look in its log for the reason."
            case .typeMismatch:
                "Compare the declared type with the value; the two sides may be of different versions."
            case .malformedInteger, .malformedText, .malformedDefinition, .duplicateType,
                .undefinedType, .undefinedField, .lengthMismatch, .truncatedMessage, .trailingBytes,
                .duplicateKey:
                "The bytes are damaged or not gob; check that the other side speaks gob here."
            }
        }
    }

    /// The kind of fault.
    package let code: Code

    /// What was found, as a clause.
    package let found: String

    /// Where in the stream it was found, in bytes from its start; `nil` when writing, and for a
    /// value that is whole but not of the type that was wanted.
    package let offset: Int?

    init(_ code: Code, _ found: String, at offset: Int? = nil) {
        self.code = code
        self.found = found
        self.offset = offset
    }

    /// What failed, what was found, and what to do.
    package var description: String {
        guard let offset else { return "gob: \(found). \(code.remedy)" }
        return "gob stream, byte \(offset): \(found). \(code.remedy)"
    }

    /// A peer's text for a message: short, and without what a terminal would obey.
    static func quoted(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(64).map { $0.escaped(asASCII: true) }.joined()
        return "\"\(shown)\"" + (text.unicodeScalars.count > 64 ? " and so on" : "")
    }
}
