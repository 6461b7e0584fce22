/// Why bytes are not the MessagePack value that was asked for, or a value has no encoding.
package struct MessagePackError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is; there may be more kinds one day.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name of the code.
        package let description: String

        /// The input ends inside a value, or claims more than is there.
        package static let truncated = Code(description: "truncated")
        /// A first byte that the specification never uses.
        package static let reservedByte = Code(description: "reservedByte")
        /// More nesting than ``MessagePackLimits/depth``.
        package static let tooDeep = Code(description: "tooDeep")
        /// More bytes than ``MessagePackLimits/size``.
        package static let tooLarge = Code(description: "tooLarge")
        /// So many values in so few bytes that memory is in danger.
        package static let tooManyValues = Code(description: "tooManyValues")
        /// Bytes after the end of the one value.
        package static let trailingBytes = Code(description: "trailingBytes")
        /// A value of another kind, or outside the range, of what is asked for.
        package static let typeMismatch = Code(description: "typeMismatch")
        /// A key that Swift cannot tell from another one of the map: a dictionary would lose one.
        package static let ambiguousKey = Code(description: "ambiguousKey")
        /// The type that decodes itself refused the value.
        package static let refused = Code(description: "refused")
        /// A value that cannot be encoded.
        package static let unencodable = Code(description: "unencodable")
    }

    /// What kind of failure it is.
    package var code: Code
    /// What was found, and what was needed instead, as a clause; no contents of strings.
    package var found: String
    /// Where in the input, in bytes from its start; `nil` where no byte is to blame.
    package var offset: Int?
    /// Where in the value, such as `Configs[0].Port`; empty for the value itself.
    package var path: String

    /// An error of this library, or of a type that encodes or decodes itself with it.
    package init(_ code: Code, _ found: String, offset: Int? = nil, path: String = "") {
        self.code = code
        self.found = found
        self.offset = offset
        self.path = path
    }

    /// What was found and where.
    package var description: String {
        let place = offset.map { " at byte \($0)" } ?? ""
        return "MessagePack\(place): \(path.isEmpty ? "" : "\(path): ")\(found)"
    }
}
