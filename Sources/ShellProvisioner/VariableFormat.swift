/// How one variable is written for a shell: Packer's `env_var_format`, a Go format of two `%s`.
struct VariableFormat: Sendable, Equatable {
    /// `A='1' `: words before a command, as `{{.Vars}}` has them.
    static let assignments = VariableFormat(pieces: [[], Array("='".utf8), Array("' ".utf8)])
    /// `export A='1'`: lines of a file.
    static let exportLines = VariableFormat(
        pieces: [Array("export ".utf8), Array("='".utf8), Array("'\n".utf8)]
    )

    /// What stands before the name, between name and value, and after the value.
    private let pieces: [[UInt8]]

    private init(pieces: [[UInt8]]) {
        self.pieces = pieces
    }

    /// A format that holds `%s` twice, name first; `%%` is a percent sign.
    ///
    /// Gives `nil` for any other number of `%s` and any other verb.
    init?(_ format: String) {
        var pieces: [[UInt8]] = [[]]
        var isVerb = false
        for byte in format.utf8 {
            switch (isVerb, byte) {
            case (false, 0x25): isVerb = true
            case (true, 0x25):
                pieces[pieces.count - 1].append(byte)
                isVerb = false
            case (true, 0x73):
                pieces.append([])
                isVerb = false
            case (true, _): return nil
            case (false, _): pieces[pieces.count - 1].append(byte)
            }
        }
        guard !isVerb, pieces.count == 3 else { return nil }
        self.pieces = pieces
    }

    /// What is wrong with an option that holds a format; `nil` when nothing is, or it is not set.
    @Sendable static func fault(_ format: String?) -> String? {
        guard let format, VariableFormat(format) == nil else { return nil }
        return "must hold `%s` exactly twice and no other verb"
    }

    /// The variable in this format; the value as Packer escapes it for single quotes.
    func bytes(name: String, value: [UInt8]) -> [UInt8] {
        var bytes = pieces[0] + Array(name.utf8) + pieces[1]
        for byte in value {
            if byte == 0x27 {
                bytes += Array("'\"'\"'".utf8)
            } else {
                bytes.append(byte)
            }
        }
        return bytes + pieces[2]
    }
}
