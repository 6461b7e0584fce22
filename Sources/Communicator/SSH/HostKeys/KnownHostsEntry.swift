internal import Communicator

/// One line of a known_hosts file that is no comment (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
///
/// A damaged line is an entry too: what can still be read of it may refuse a key, never accept one.
struct KnownHostsEntry {
    /// What a line says about its key.
    enum Meaning: Equatable {
        /// The host has this key.
        case hostKey
        /// Hosts may show certificates of this authority.
        case authority
        /// The key must never be accepted.
        case revocation
        /// Nothing that could be understood.
        case unknown
    }

    let meaning: Meaning
    let names: KnownHostsNames
    /// The key; `nil` where ``defect`` says what is wrong with it.
    let key: HostKey?
    /// What is wrong with the line, in words that fit after "line 3:"; `nil` for a sound one.
    let defect: String?

    /// Reads a line without its newline; `nil` for a comment and for an empty line.
    init?(_ line: ArraySlice<UInt8>) {
        // OpenSSH reads lines as C strings.
        var rest = line.prefix { $0 != 0 }
        Self.skipBlanks(&rest)
        guard let first = rest.first, first != UInt8(ascii: "#"), rest != [UInt8(ascii: "\r")]
        else { return nil }
        var markers: [ArraySlice<UInt8>] = []
        while rest.first == UInt8(ascii: "@") { markers.append(Self.word(&rest)) }
        let (meaning, markerDefect) = Self.meaning(of: markers)
        self.meaning = meaning
        names = KnownHostsNames(Self.word(&rest))
        let (key, keyDefect) = Self.key(&rest)
        defect = markerDefect ?? keyDefect
        self.key = key
    }

    private static func meaning(of markers: [ArraySlice<UInt8>]) -> (Meaning, defect: String?) {
        let revoked = markers.contains { $0.elementsEqual("@revoked".utf8) }
        switch markers.count {
        case 0: return (.hostKey, nil)
        // Whatever else it says, a line that revokes must not be lost.
        case 2...: return (revoked ? .revocation : .unknown, "it has more than one marker")
        default:
            if revoked { return (.revocation, nil) }
            if markers[0].elementsEqual("@cert-authority".utf8) { return (.authority, nil) }
            return (.unknown, "its marker is unknown")
        }
    }

    private static func key(_ rest: inout ArraySlice<UInt8>) -> (HostKey?, defect: String?) {
        let type = word(&rest)
        // A line that was written on Windows ends with a carriage return.
        let text = word(&rest).prefix { $0 != UInt8(ascii: "\r") }
        guard !type.isEmpty, !text.isEmpty else { return (nil, "its key is missing") }
        guard let blob = exactBytes(text) else { return (nil, "its key is no base64") }
        let key = HostKey(blob: blob)
        guard key.isWellFormed, key.type.utf8.elementsEqual(type) else {
            return (nil, "its key is not of the type that it names")
        }
        return (key, nil)
    }

    /// The bytes of a padded base64 text; `nil` for any other spelling of them, as in OpenSSH.
    static func exactBytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4), let bytes = Base64.decode(text) else { return nil }
        let letters = text.prefix { $0 != UInt8(ascii: "=") }
        return letters.elementsEqual(Base64.encode(bytes).utf8) ? bytes : nil
    }

    private static func word(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let word = rest.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        rest = rest.dropFirst(word.count)
        skipBlanks(&rest)
        return word
    }

    private static func skipBlanks(_ rest: inout ArraySlice<UInt8>) {
        rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }
}
