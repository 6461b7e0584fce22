/// Where a plugin comes from, as a template's `required_plugins` says it: `github.com/example/swift`.
///
/// It is also the folders that hold the plugin, below a folder of plugins. Packer since 1.11 takes three
/// parts to sixteen; before, it takes three. Source: `hcl2template/addrs/plugin.go` of Packer.
package struct SourceAddress: Sendable, Hashable, CustomStringConvertible {
    /// Why a text is no source address: what was found, and what there must be.
    package struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        /// What was found.
        package let found: String

        /// What was found, and what there must be.
        package var description: String {
            "\(found). A source address is HOST/NAMESPACE/NAME, as in github.com/example/swift."
        }
    }

    /// How many parts an address has.
    package static let partCounts = 3...16

    /// The parts: a host first, the plugin's name last.
    package let parts: [String]

    /// Reads an address.
    ///
    /// Stricter than Packer, which takes letters of every script: here they are those of ASCII. No part
    /// leads out of the folder that the address is put below.
    ///
    /// - Throws: ``Refusal``.
    package init(_ text: String) throws(Refusal) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy({ !$0.isEmpty }) else { throw Refusal(found: "found an empty part") }
        guard Self.partCounts.contains(parts.count) else {
            throw Refusal(found: "found \(parts.count) parts, where there are 3 to 16")
        }
        for part in parts {
            guard part != ".", part != ".." else { throw Refusal(found: "found the part \(part)") }
            guard part.utf8.allSatisfy(Self.isPlain) else {
                throw Refusal(found: "found a part that is not of letters, digits, dots and dashes")
            }
        }
        let name = parts[parts.count - 1]
        if let fault = Self.fault(inName: name) { throw Refusal(found: fault) }
        self.parts = parts
    }

    /// The plugin's name.
    package var name: String { parts[parts.count - 1] }

    /// The parts with slashes between them.
    package var description: String { parts.joined(separator: "/") }

    /// What is wrong with a plugin's name, which is the last part; `nil` where nothing is.
    package static func fault(inName name: String) -> String? {
        guard isLabel(name) else {
            return "found a name that is not of letters, digits and single dashes between them"
        }
        guard !name.hasPrefix("packer-") else { return "found a name that begins with packer-" }
        return nil
    }

    /// Whether a text can stand for itself where Packer before 1.11 makes everything lower case.
    static func isLowerCaseLabel(_ text: String) -> Bool {
        isLabel(text) && text.utf8.allSatisfy { !(0x41...0x5A).contains($0) }
    }

    /// A label of a domain's name: no dots, no dash at either end, no two dashes in a row.
    private static func isLabel(_ text: String) -> Bool {
        let letters = text.utf8
        guard let first = letters.first, let last = letters.last, first != 0x2D, last != 0x2D,
            letters.count <= 63
        else { return false }
        return !text.contains("--")
            && letters.allSatisfy { isPlain($0) && $0 != UInt8(ascii: ".") && $0 != 0x5F }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
    }
}
