/// A type that is one MessagePack value by itself, without containers.
///
/// The encoder and the decoder take these by a short way.
protocol MessagePackScalar: Codable {
    /// What Go's zero value is; what nil and a missing key mean.
    static var zero: Self { get }
    /// What the type needs, with its article, for messages.
    static var wanted: String { get }
    /// What the value means as this type; `nil` when it means nothing.
    static func converted(_ value: MessagePackValue) -> Self?
    func write(to writer: inout MessagePackWriter)
    /// Whether more than so many arrays and maps stand inside each other in it.
    func isDeeper(than depth: Int) -> Bool
}

extension MessagePackScalar {
    func isDeeper(than depth: Int) -> Bool { false }
}

extension MessagePackScalar where Self: FixedWidthInteger {
    static var zero: Self { 0 }
    static var wanted: String { "a number that fits \(Self.self)" }
    static func converted(_ value: MessagePackValue) -> Self? { value.integer() }
}

extension MessagePackScalar where Self: SignedInteger {
    func write(to writer: inout MessagePackWriter) { writer.write(Int64(self)) }
}

extension MessagePackScalar where Self: UnsignedInteger {
    func write(to writer: inout MessagePackWriter) { writer.write(UInt64(self)) }
}

extension Int: MessagePackScalar {}
extension Int8: MessagePackScalar {}
extension Int16: MessagePackScalar {}
extension Int32: MessagePackScalar {}
extension Int64: MessagePackScalar {}
extension UInt: MessagePackScalar {}
extension UInt8: MessagePackScalar {}
extension UInt16: MessagePackScalar {}
extension UInt32: MessagePackScalar {}
extension UInt64: MessagePackScalar {}

extension Bool: MessagePackScalar {
    static var zero: Bool { false }
    static var wanted: String { "true or false" }
    static func converted(_ value: MessagePackValue) -> Bool? { value.bool }
    func write(to writer: inout MessagePackWriter) { writer.write(self) }
}

extension Float: MessagePackScalar {
    static var zero: Float { 0 }
    static var wanted: String { "a number" }
    static func converted(_ value: MessagePackValue) -> Float? {
        if case .float(let number) = value { return number }
        return value.double.map(Float.init)
    }
    func write(to writer: inout MessagePackWriter) { writer.write(self) }
}

extension Double: MessagePackScalar {
    static var zero: Double { 0 }
    static var wanted: String { "a number" }
    static func converted(_ value: MessagePackValue) -> Double? { value.double }
    func write(to writer: inout MessagePackWriter) { writer.write(self) }
}

extension String: MessagePackScalar {
    static var zero: String { "" }
    static var wanted: String { "a string" }
    static func converted(_ value: MessagePackValue) -> String? { value.string }
    func write(to writer: inout MessagePackWriter) { writer.write(self) }
}

extension [UInt8]: MessagePackScalar {
    static var zero: [UInt8] { [] }
    static var wanted: String { "bytes" }
    static func converted(_ value: MessagePackValue) -> [UInt8]? { value.bytes }
    func write(to writer: inout MessagePackWriter) { writer.write(binary: self) }
}

extension MessagePackTimestamp: MessagePackScalar {
    static var wanted: String { "a time" }

    /// Go's zero time is the year 1, not 1970: nil is that.
    static var zero: MessagePackTimestamp { yearOne }

    static func converted(_ value: MessagePackValue) -> MessagePackTimestamp? { value.time }

    func write(to writer: inout MessagePackWriter) {
        if self == Self.yearOne {
            writer.writeNil()
        } else {
            writer.write(self)
        }
    }
}

extension MessagePackValue: MessagePackScalar {
    static var zero: MessagePackValue { .nil }
    static var wanted: String { "a value" }
    static func converted(_ value: MessagePackValue) -> MessagePackValue? { value }
    func write(to writer: inout MessagePackWriter) { writer.write(self) }

    func isDeeper(than depth: Int) -> Bool {
        switch self {
        case .array(let elements):
            depth <= 0 || elements.contains { $0.isDeeper(than: depth - 1) }
        case .map(let entries):
            depth <= 0
                || entries.contains {
                    $0.key.isDeeper(than: depth - 1) || $0.value.isDeeper(than: depth - 1)
                }
        default: false
        }
    }
}

/// Only this library's encoder and decoder know these types, and handle them before they are asked.
extension MessagePackScalar {
    static func onlyHere() -> MessagePackError {
        MessagePackError(
            .refused,
            "found another format's coder where \(Self.self) needs one of MessagePack"
        )
    }
}

extension MessagePackTimestamp: Codable {
    /// Takes a time from a ``MessagePackDecoder``; throws for any other.
    package init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? ValueDecoder else { throw Self.onlyHere() }
        self = try decoder.scalar()
    }

    /// Gives the time to a ``MessagePackEncoder``; throws for any other.
    package func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? ValueEncoder else { throw Self.onlyHere() }
        try encoder.write(self)
    }
}

extension MessagePackValue: Codable {
    /// Takes any value from a ``MessagePackDecoder``; throws for any other.
    package init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? ValueDecoder else { throw Self.onlyHere() }
        self = try decoder.scalar()
    }

    /// Gives the value to a ``MessagePackEncoder``; throws for any other.
    package func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? ValueEncoder else { throw Self.onlyHere() }
        try encoder.write(self)
    }
}
