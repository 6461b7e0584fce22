/// The one line that a plugin writes to its standard output: where it listens.
///
/// `5|unix|/tmp/socket` up to Packer 1.6.6, `5|0|unix|/tmp/socket` since 1.7. Source: `plugin/client.go`
/// and `server.go` of Packer and its plugin SDK.
package struct HandshakeLine: Sendable, Hashable {
    /// Which of the two forms a line has.
    package enum Form: Sendable, Hashable {
        /// Three fields: Packer up to 1.6.6.
        case three
        /// Four fields, the second being the minor version: Packer since 1.7.
        case four
    }

    /// Where a plugin listens.
    package enum Address: Sendable, Hashable {
        /// A Unix socket.
        case unix(path: String)
        /// A TCP port of this machine.
        case tcp(host: String, port: UInt16)
        /// The plugin's own input, and its output after this line. Not Packer's: both halves must be
        /// from here, and a host takes it only where it asked for it.
        case stdio
    }

    /// How many bytes a line may have.
    package static let maximumSize = 4096

    /// The version of Packer's plugin API.
    package static let majorVersion = 5
    /// Its minor version.
    package static let minorVersion = 0

    /// Where the plugin listens.
    package var address: Address
    /// The line's form.
    package var form: Form

    /// A line made of its parts.
    package init(_ address: Address, form: Form) {
        self.address = address
        self.form = form
    }

    /// The line, with its end.
    package var encoded: [UInt8] {
        let place =
            switch address {
            case .unix(let path): "unix|\(path)"
            case .tcp(let host, let port): "tcp|\(host):\(port)"
            case .stdio: "stdio|"
            }
        let version = form == .three ? "5" : "5|0"
        return Array("\(version)|\(place)\n".utf8)
    }

    /// Reads a line without its end; white space around it does not count.
    ///
    /// Stricter than Packer, which compares the minor version as text and dials any address: only
    /// sockets with an absolute path and TCP on this machine's loopback are taken.
    ///
    /// - Throws: ``PackerRPCError/Code/handshake`` with what was found and what to do.
    package init(decoding bytes: [UInt8]) throws {
        guard bytes.count <= Self.maximumSize else {
            throw Self.wrong("a first line of more than \(Self.maximumSize) bytes", bytes)
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Self.wrong("a first line that is no text", bytes)
        }
        let line = text.trimming(while: \.isWhitespace)
        let fields = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count >= 3 else { throw Self.wrong("no handshake", bytes) }
        guard fields[0].allSatisfy(\.isASCIIDigit), let major = Int(fields[0]) else {
            throw Self.wrong("no handshake", bytes)
        }
        guard major == Self.majorVersion else {
            throw Self.wrong(
                "a plugin of API version \(major), and this host has \(Self.majorVersion)",
                bytes
            )
        }
        let isOld = fields[1] == "unix" || fields[1] == "tcp" || fields[1] == "stdio"
        form = isOld ? .three : .four
        if isOld {
            // An address may contain the separator.
            let rest = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
            address = try Self.address(rest[1], rest[2], bytes)
            return
        }
        guard fields[1].allSatisfy(\.isASCIIDigit), let minor = Int(fields[1]) else {
            throw Self.wrong("a network that is neither unix nor tcp", bytes)
        }
        guard minor <= Self.minorVersion else {
            throw Self.wrong(
                "a plugin of API version 5.\(minor), and this host has 5.\(Self.minorVersion)",
                bytes
            )
        }
        guard fields.count == 4 else { throw Self.wrong("no address", bytes) }
        address = try Self.address(fields[2], fields[3], bytes)
    }

    private static func address(
        _ network: Substring,
        _ place: Substring,
        _ bytes: [UInt8]
    ) throws -> Address {
        switch network {
        case "unix":
            guard place.hasPrefix("/"), !place.split(separator: "/").contains("..") else {
                throw wrong("a socket whose path is not absolute", bytes)
            }
            guard place.utf8.count <= 107 else {
                throw wrong("a socket whose path has more than 107 bytes", bytes)
            }
            return .unix(path: String(place))
        case "tcp":
            guard let colon = place.lastIndex(of: ":") else { throw wrong("no port", bytes) }
            let digits = place[place.index(after: colon)...]
            guard digits.allSatisfy(\.isASCIIDigit), let port = UInt16(digits), port > 0 else {
                throw wrong("no port", bytes)
            }
            let host = String(place[..<colon])
            guard host == "127.0.0.1" || host == "[::1]" || host == "localhost" else {
                throw wrong("an address that is not on this machine", bytes)
            }
            return .tcp(host: host, port: port)
        case "stdio":
            guard place.isEmpty else { throw wrong("an address of stdio", bytes) }
            return .stdio
        default:
            throw wrong("a network that is neither unix nor tcp", bytes)
        }
    }

    /// The error for a line, of which its beginning is shown with nothing that a terminal obeys.
    private static func wrong(_ found: String, _ bytes: [UInt8]) -> PackerRPCError {
        let shown = String(decoding: bytes.prefix(256), as: UTF8.self)
        let escaped = shown.unicodeScalars.map {
            $0.isASCII && $0.value >= 0x20 && $0.value != 0x7F
                ? String($0) : $0.escaped(asASCII: true)
        }
        return PackerRPCError(
            .handshake,
            "found \(found): \"\(escaped.joined())\". A plugin's first line on its standard output must be 5|unix|PATH or 5|0|unix|PATH."
        )
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension String {
    fileprivate func trimming(while isBlank: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
