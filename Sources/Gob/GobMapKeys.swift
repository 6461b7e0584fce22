/// The keys of a map that is being read.
///
/// Keys are compared by bytes, in a time that does not depend on what a peer chose: texts that only
/// look the same are other keys, as in Go.
struct GobMapKeys: Sendable {
    private var seen: Set<[UInt8]> = []

    /// Adds a key; false when it was there.
    ///
    /// A NaN is another key each time, as in Go.
    mutating func insert(_ key: GobValue) -> Bool {
        var identity = Identity()
        identity.add(key)
        return identity.holdsNaN || seen.insert(identity.writer.bytes).inserted
    }

    /// A value as bytes that are the same for the same value only.
    private struct Identity {
        var writer = GobWriter()
        var holdsNaN = false

        mutating func add(_ value: GobValue) {
            switch value {
            case .bool(let value): begin(1, count: value ? 1 : 0)
            case .int(let value):
                begin(2)
                writer.int(value)
            case .uint(let value):
                begin(3)
                writer.uint(value)
            case .float(let value):
                begin(4)
                add(value)
            case .complex(let real, let imaginary):
                begin(5)
                add(real)
                add(imaginary)
            case .bytes(let value), .opaque(let value):
                begin(6)
                writer.byteString(value)
            case .string(let value):
                begin(7)
                writer.text(value)
            case .sequence(let elements):
                begin(8, count: elements.count)
                for element in elements { add(element) }
            case .map(let entries):
                begin(9, count: entries.count)
                for entry in entries {
                    add(entry.key)
                    add(entry.element)
                }
            case .structure(let structure):
                begin(10, count: structure.fields.count)
                for field in structure.fields {
                    writer.text(field.name)
                    add(field.value)
                }
            case .interface(nil): begin(11)
            case .interface(let content?):
                begin(12)
                writer.text(content.typeName)
                writer.type(content.type)
                add(content.value)
            }
        }

        private mutating func begin(_ kind: UInt64, count: Int = 0) {
            writer.uint(kind)
            writer.count(count)
        }

        private mutating func add(_ number: Double) {
            holdsNaN = holdsNaN || number.isNaN
            // Both zeros are one key.
            writer.float(number == 0 ? 0 : number)
        }
    }
}
