/// How much a peer may send before a decoder gives up on it.
///
/// Go's own decoder allows a message of 8 GiB and promises nothing about hostile input, so none of
/// these is Go's. The largest stream that Packer 1.6.6 was seen to send describes the configuration
/// of its `amazon-ebs` builder: 43,610 bytes in 5 messages, 5 types, 1,051 values, 6 deep.
///
/// | limit | standard | what it bounds |
/// | --- | --- | --- |
/// | ``maximumLength`` | 16 MiB | the bytes of one value, all its messages together |
/// | ``maximumDepth`` | 64 | structs, maps, slices and arrays inside each other |
/// | ``maximumValues`` | 100,000 | memory: a value may take one byte on the wire, and up to 65 here |
/// | ``maximumTypes`` | 1,024 | the table of types |
/// | ``maximumDefinitionLength`` | 1 MiB | the bytes of all type definitions together |
/// | ``maximumNameLength`` | 1,024 | a concrete type's name in an interface value |
package struct GobLimits: Hashable, Sendable {
    /// The most bytes that one value may take, all messages over which it is spread together.
    ///
    /// Nothing is kept for a message before its bytes have come; this bounds what is kept then.
    package var maximumLength = 16 << 20

    /// The most structs, maps, slices and arrays inside each other.
    ///
    /// Interface values do not count, because one cannot hold another directly. A nested block of
    /// a configuration takes two levels, so blocks may nest 31 deep. The decoder itself keeps
    /// its own stack and would stand more; those who walk its values by recursion are safe.
    package var maximumDepth = 64

    /// The most values in one value, each element, field and key counted.
    package var maximumValues = 100_000

    /// The most types that one stream may define.
    package var maximumTypes = 1024

    /// The most bytes that all type definitions of one stream may take.
    package var maximumDefinitionLength = 1 << 20

    /// The longest name of a concrete type that an interface value may state, in bytes; Go's.
    package var maximumNameLength = 1024

    /// The standard limits.
    package static let standard = GobLimits()

    /// The standard limits, to be changed one by one.
    package init() {}
}
