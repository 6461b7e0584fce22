/// A POSIX path as the bytes it is; names on disk need not be UTF-8.
///
/// Serves both sides of a transfer. It is never normalised: `a//b` stays what it is.
package struct BytePath: Sendable, Hashable, CustomStringConvertible {
    /// The path's bytes; a NUL among them makes every use of the path fail.
    package let bytes: [UInt8]

    /// A path with the string's UTF-8.
    package init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// A path with these bytes.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The path for people: control characters and what is not UTF-8 are escaped.
    package var description: String { Self.display(bytes) }

    /// Bytes for people: control characters and what is not UTF-8 are escaped, so that a hostile
    /// name cannot steer a terminal or forge a line of a log.
    package static func display(_ bytes: [UInt8]) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return bytes.map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : hex($0) }
                .joined()
        }
        var shown = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
                shown += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }

    /// The path of the entry called `name` in this directory; an empty path is the working one.
    package func appending(_ name: [UInt8]) -> BytePath {
        if bytes.isEmpty { return BytePath(bytes: name) }
        return BytePath(
            bytes: bytes.last == Self.slash ? bytes + name : bytes + [Self.slash] + name
        )
    }

    /// This path, or when it is relative the path that it means seen from `directory`.
    package func resolved(from directory: BytePath) -> BytePath {
        isAbsolute ? self : directory.appending(bytes)
    }

    /// Whether the path starts at the root.
    package var isAbsolute: Bool { bytes.first == Self.slash }

    /// The path of a directory without the slashes at its end, which say nothing there.
    package var asDirectory: BytePath {
        let path = withoutTrailingSlashes
        return path.isEmpty ? self : BytePath(bytes: Array(path))
    }

    /// Whether the path ends in a slash, which says that it names a directory.
    package var hasTrailingSlash: Bool { bytes.last == Self.slash }

    /// Whether a source directory's path means the directory and not its contents: no slash at its
    /// end.
    ///
    /// `.` and `..` are no names that a copy could have.
    package var namesItself: Bool {
        !hasTrailingSlash && !name.isEmpty && name != [0x2E] && name != [0x2E, 0x2E]
    }

    /// The last component; empty for the root and the empty path.
    package var name: [UInt8] {
        let path = withoutTrailingSlashes
        guard let cut = path.lastIndex(of: Self.slash) else { return Array(path) }
        return Array(path[(cut + 1)...])
    }

    /// The directory that holds the last component; empty for a single relative component.
    package var parent: BytePath {
        let path = withoutTrailingSlashes
        guard let cut = path.lastIndex(of: Self.slash) else {
            return BytePath(bytes: path.isEmpty ? Array(bytes.prefix(1)) : [])
        }
        var directory = path[..<cut]
        while directory.last == Self.slash { directory.removeLast() }
        return BytePath(bytes: directory.isEmpty ? [Self.slash] : Array(directory))
    }

    /// A sibling whose name nobody can guess (128 random bits): `.<32 hex digits>.part`.
    package func temporarySibling() -> BytePath {
        parent.appending(Array(".\(RandomName.hex()).part".utf8))
    }

    private static let slash = UInt8(ascii: "/")

    private var withoutTrailingSlashes: ArraySlice<UInt8> {
        var path = bytes[...]
        while path.last == Self.slash { path.removeLast() }
        return path
    }
}
