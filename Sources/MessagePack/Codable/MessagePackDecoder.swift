/// Decodes Swift types as tolerantly as Go's codec decodes the like.
///
/// - An integer comes in any width, signed or not, or as a floating-point number without a fraction;
///   one that the type cannot hold is an error.
/// - A string comes as string or binary, and so do bytes; text that is not UTF-8 is repaired with
///   U+FFFD (ask for `[UInt8]` where the bytes matter).
/// - nil, and a key that is missing, are the zero value: 0, `false`, the empty string, array,
///   dictionary, or a type whose properties are all zero; for an optional, `nil`.
/// - Unknown keys are passed over; of a key that occurs twice the last wins; case matters. Keys are
///   the same where their bytes are, as in Go; where a dictionary's would look the same and are not,
///   it throws.
/// - A type with properties may come as an array of them, in the order in which it asks for them.
/// - ``MessagePackValue`` takes anything.
package struct MessagePackDecoder: Sendable {
    /// How much of the input is believed.
    package var limits: MessagePackLimits

    /// A decoder; any number of tasks may use it.
    package init(limits: MessagePackLimits = .standard) { self.limits = limits }

    /// The value that the bytes hold, and nothing after it.
    ///
    /// - Throws: ``MessagePackError``: with an offset where the bytes are no MessagePack, with a path
    ///   where they are not what the type needs.
    package func decode<Value: Decodable>(
        _ type: Value.Type = Value.self,
        from bytes: [UInt8]
    ) throws(MessagePackError) -> Value {
        try decode(type, from: MessagePackValue(decoding: bytes, limits: limits))
    }

    /// What a value means as another type.
    ///
    /// - Throws: ``MessagePackError`` with the path of what the type cannot use.
    package func decode<Value: Decodable>(
        _ type: Value.Type = Value.self,
        from value: MessagePackValue
    ) throws(MessagePackError) -> Value {
        do {
            return try ValueDecoder(value, nil, limits).decode(type)
        } catch let error as MessagePackError {
            throw error
        } catch let error as DecodingError {
            throw Self.refusal(error)
        } catch {
            throw MessagePackError(.refused, "\(error)")
        }
    }

    /// What types outside this library throw.
    private static func refusal(_ error: DecodingError) -> MessagePackError {
        let context: DecodingError.Context? =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context): context
            case .keyNotFound(_, let context), .dataCorrupted(let context): context
            @unknown default: nil
            }
        return MessagePackError(
            .refused,
            context?.debugDescription ?? "\(error)",
            path: CodingTrail.text(context?.codingPath ?? [])
        )
    }
}
