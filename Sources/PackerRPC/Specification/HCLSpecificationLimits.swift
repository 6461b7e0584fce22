/// How much a peer may send before its specification or value is refused.
///
/// Go's readers have none of these. The largest specification that Packer 1.6.6 was seen to send,
/// that of its `amazon-ebs` builder, takes 43,610 bytes, holds some 350 entries and nests 3 deep.
package enum HCLSpecificationLimits {
    /// The most bytes of one specification or value, as of any message on this wire: 16 MiB.
    package static let length = 16 << 20

    /// The most values, entries and parts of types in one message: they take some 50 times as much
    /// memory as the two bytes that the shortest of them has.
    package static let values = 100_000

    /// The most types inside one type, which may be looked at for each of the values.
    package static let types = 5_000

    /// How deep types, values and blocks may nest.
    ///
    /// Templates nest four deep or so, and who walks 32 levels by recursion is safe on any thread.
    package static let depth = 32

    /// How deep blocks may nest: two levels of the type that they imply each.
    package static let blocks = depth / 2

    /// The longest name or key that is not ASCII, in bytes.
    ///
    /// Swift compares texts by what they look like, which for combining marks alone takes a time
    /// that grows with the square of their number.
    package static let name = 1024

    /// The most digits of a number, written out without an exponent; the smallest `Double` has 1,074
    /// behind the point.
    package static let digits = 1100

    /// Refuses bytes that are too many.
    static func checkLength(_ count: Int) throws(HCLSpecificationError) {
        guard count <= length else {
            throw HCLSpecificationError(.limitExceeded, "\(count) bytes are more than \(length)")
        }
    }

    /// Refuses a nesting that is too deep.
    static func checkDepth(_ depth: Int) throws(HCLSpecificationError) {
        guard depth <= self.depth else {
            throw HCLSpecificationError(.limitExceeded, "found more than \(self.depth) levels")
        }
    }

    /// Refuses blocks that nest too deep.
    static func checkBlocks(_ depth: Int) throws(HCLSpecificationError) {
        guard depth <= blocks else {
            throw HCLSpecificationError(
                .limitExceeded,
                "found more than \(blocks) levels of blocks"
            )
        }
    }

    /// Refuses a name whose comparison could take long.
    static func checkName(_ name: String) throws(HCLSpecificationError) {
        guard name.utf8.count <= self.name || name.utf8.allSatisfy({ $0 < 0x80 }) else {
            let found = "a name of \(name.utf8.count) bytes that is not ASCII"
            throw HCLSpecificationError(.limitExceeded, found)
        }
    }
}

/// Counts what one message holds.
struct ValueBudget {
    private let limit: Int
    private var count = 0

    /// A budget for values, or for what else has a limit.
    init(_ limit: Int = HCLSpecificationLimits.values) { self.limit = limit }

    /// Counts one more.
    mutating func spend() throws(HCLSpecificationError) {
        count += 1
        guard count <= limit else {
            throw HCLSpecificationError(.limitExceeded, "found more than \(limit) parts")
        }
    }
}
