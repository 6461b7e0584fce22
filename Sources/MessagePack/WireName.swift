/// A text that is the same as another one where its bytes are, as in Go.
///
/// Swift's texts are the same where they look the same. To see that of a text with many combining
/// marks takes a time that grows with their square: a peer must not choose the texts of a table.
package struct WireName: Hashable, Sendable {
    /// The bytes in UTF-8.
    private let bytes: [UInt8]

    /// The name that a text is.
    package init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    /// The text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
