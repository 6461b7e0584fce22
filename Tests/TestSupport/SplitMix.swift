/// A generator whose numbers follow from its seed (Steele, Lea and Flood 2014).
///
/// The system's own has no size, and ThreadSanitizer takes any address for its.
package struct SplitMix: RandomNumberGenerator {
    /// The seed of what comes next; a test that fails says it.
    package private(set) var state: UInt64

    /// A generator that begins with a seed.
    package init(seed: UInt64 = .random(in: .min ... .max)) { state = seed }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
