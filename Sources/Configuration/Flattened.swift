/// A block whose options stand among those of the block that holds it, as the `ssh_*` options stand
/// among a builder's.
@propertyWrapper
public struct Flattened<Block: ConfigurationBlock>: Sendable, Decodable {
    /// The inner block.
    public var wrappedValue: Block

    /// An inner block with nothing set.
    public init() { wrappedValue = Block() }

    /// An inner block with these values.
    public init(wrappedValue: Block) { self.wrappedValue = wrappedValue }

    /// Reads the inner block's options from the outer block's map; only
    /// ``ConfigurationBlock/decode(_:rendering:check:)`` calls it.
    ///
    /// The inner block's ``ConfigurationBlock/check()`` is called here when its options are right.
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? FieldDecoder else { throw UnsupportedDecoding() }
        let reading = decoder.reading
        let problemsBefore = reading.problems.count
        wrappedValue = try Block.read(reading)
        if reading.problems.count == problemsBefore {
            reading.problems += wrappedValue.check()
        }
    }
}

extension Flattened: FieldDefinition {
    func specifications(for name: String) -> [FieldSpecification] { Block.fields }

    func warnings(for name: String) -> [String] { wrappedValue.deprecationWarnings }
}
