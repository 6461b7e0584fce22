internal import Communicator

/// A file of keys that may sign, as `ssh-keygen` takes it (ALLOWED SIGNERS in ssh-keygen(1)).
///
/// The file is judged by `ssh-keygen`, who asks for a name of the signer: this finds the names.
struct AllowedSigners: Sendable {
    private let lines: [[UInt8]]

    init(_ content: [UInt8]) {
        lines = content.split(separator: 0x0A).map(Array.init)
    }

    /// The names that lines with the key begin with, of all lines with it.
    ///
    /// `ssh-keygen -Y find-principals` gives those of the first line alone, which may be for another
    /// purpose.
    func names(of key: [UInt8]) -> [String] {
        let named = lines.filter { line in
            let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            return words.dropFirst().contains { Base64.decode($0) == key }
        }
        return named.flatMap { Self.names(beginning: $0) }
    }

    /// The names that a line begins with: separated by commas, and in quotes where there are spaces.
    private static func names(beginning line: [UInt8]) -> [String] {
        let start = line.drop { $0 == 0x20 || $0 == 0x09 }
        let isQuoted = start.first == 0x22
        let field =
            isQuoted
            ? start.dropFirst().prefix { $0 != 0x22 } : start.prefix { $0 != 0x20 && $0 != 0x09 }
        return field.split(separator: 0x2C)
            .filter { $0.first != 0x21 }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The key that a signature says it is of: PROTOCOL.sshsig of OpenSSH; `nil` for no such signature.
    static func key(of signature: [UInt8]) -> [UInt8]? {
        let armor = signature.split(separator: 0x0A).filter { $0.first != 0x2D }
        guard let blob = Base64.decode(armor.joined()) else { return nil }
        let magic = Array("SSHSIG".utf8)
        let lengthStart = magic.count + 4
        guard blob.count >= lengthStart + 4, blob.starts(with: magic) else { return nil }
        let length = blob[lengthStart..<lengthStart + 4].reduce(0) { $0 << 8 | Int($1) }
        let key = blob.dropFirst(lengthStart + 4).prefix(length)
        return key.count == length && length > 0 ? Array(key) : nil
    }
}
