/// How much of a peer's input is believed.
///
/// Every limit guards against input that costs its reader far more than its sender.
package struct MessagePackLimits: Sendable, Hashable {
    /// How many arrays and maps may stand inside each other.
    ///
    /// Real messages need about six (a configuration inside `Configs`); 64 is ample and lets a
    /// reader recurse on any thread's stack.
    package var depth = 64

    /// The largest encoded value, in bytes.
    ///
    /// The largest real message is a configuration spec of some 100 KiB; files do not travel in
    /// messages. 16 MiB also bounds what is kept of a message that has not wholly arrived.
    package var size = 16 << 20

    /// How many bytes of memory each byte of input may claim once decoded, above ``allowance``.
    ///
    /// A byte can stand for a whole value, which takes 24 in memory and 48 as a map's entry, before
    /// what an array of one costs. Maps of names and short texts take about 6.
    package var memoryPerByte = 8

    /// What a value may take in memory however short its encoding, in bytes.
    ///
    /// Enough for some 300,000 numbers in one array or 150,000 in one map.
    package var allowance = 8 << 20

    /// The longest key of a map that is not ASCII, in bytes, where types are decoded.
    ///
    /// Swift compares texts by what they look like, which for a key of combining marks alone takes a
    /// time that grows with the square of their number.
    package var keySize = 1024

    /// The limits for Packer's wire.
    package static let standard = MessagePackLimits()

    /// The standard limits, to be changed one by one.
    package init() {}

    /// What the decoded form of so many bytes may take in memory.
    func memory(for byteCount: Int) -> Int {
        let (product, overflow) = byteCount.multipliedReportingOverflow(by: memoryPerByte)
        guard !overflow else { return .max }
        let (sum, overflows) = product.addingReportingOverflow(allowance)
        return overflows ? .max : sum
    }
}
