/// What a server says about a request (draft-ietf-secsh-filexfer-02 section 7).
package struct SFTPStatus: Sendable, Hashable, CustomStringConvertible {
    /// A status code; servers may send others than those named here.
    package struct Code: RawRepresentable, Sendable, Hashable {
        /// The code on the wire.
        package let rawValue: UInt32

        /// A code by its number.
        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// The request was carried out.
        package static let ok = Self(rawValue: 0)
        /// There is nothing more to read.
        package static let endOfFile = Self(rawValue: 1)
        /// The path does not exist.
        package static let noSuchFile = Self(rawValue: 2)
        /// The user may not do this.
        package static let permissionDenied = Self(rawValue: 3)
        /// Anything that has no code of its own, a full disk among it.
        package static let failure = Self(rawValue: 4)
        /// The server could not parse the request.
        package static let badMessage = Self(rawValue: 5)
        /// A code that only a client makes up: there is no connection.
        package static let noConnection = Self(rawValue: 6)
        /// A code that only a client makes up: the connection was lost.
        package static let connectionLost = Self(rawValue: 7)
        /// The server does not know the request.
        package static let operationUnsupported = Self(rawValue: 8)

        /// The draft's name of the code.
        var name: String {
            switch self {
            case .ok: "OK"
            case .endOfFile: "EOF"
            case .noSuchFile: "NO_SUCH_FILE"
            case .permissionDenied: "PERMISSION_DENIED"
            case .failure: "FAILURE"
            case .badMessage: "BAD_MESSAGE"
            case .noConnection: "NO_CONNECTION"
            case .connectionLost: "CONNECTION_LOST"
            case .operationUnsupported: "OP_UNSUPPORTED"
            default: "\(rawValue)"
            }
        }
    }

    /// The kind of answer.
    package let code: Code
    /// The server's own words; control characters are replaced, and at most 1,024 bytes are kept.
    package let message: String

    /// A status made of its parts.
    package init(_ code: Code, message: String = "") {
        self.code = code
        self.message = message
    }

    /// The server's words and the code: `"Permission denied" (SSH_FX_PERMISSION_DENIED)`.
    package var description: String {
        "the SFTP server says \"\(message)\" (SSH_FX_\(code.name))"
    }

    /// A server's text made harmless for logs and terminals.
    static func text(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(1024), as: UTF8.self)
        let harmless = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
            return isControl ? "\u{FFFD}" : scalar
        }
        return String(String.UnicodeScalarView(harmless))
    }
}
