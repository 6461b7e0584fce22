/// The names in a `name-list` of a peer (RFC 4251 section 5).
///
/// What is no SSH name (section 6) is left out, for names end up on a terminal.
struct SSHNames {
    private static let longestName = 64

    let all: [String]

    init(_ list: some Collection<UInt8>) {
        all = list.split(separator: UInt8(ascii: ","))
            .filter { name in
                name.count <= Self.longestName && name.allSatisfy { (0x21...0x7E).contains($0) }
            }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    init(_ list: String) { self.init(list.utf8) }
}
