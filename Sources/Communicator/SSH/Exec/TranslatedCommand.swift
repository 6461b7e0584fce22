internal import Communicator

/// A script for `/bin/sh` as a line that every login shell which can start a program reads alike.
///
/// csh, tcsh, fish and rc share with a POSIX shell that a word in single quotes means itself, but
/// for a quote, a backslash (fish), and an exclamation mark or a newline (csh). So these, `%` and
/// all that is not ASCII travel as `%` and a `printf` escape without its backslash (`%0047`).
/// What decodes them stands in single quotes too and has no backslash: `tr` makes it from the range
/// `[-]`, which has three members.
///
/// `exec` leaves `/bin/sh` in the login shell's place: its process id leads the session, and its
/// exit status and signals are the command's own.
enum TranslatedCommand {
    /// The longest line that is sent: OpenSSH hands it to the login shell as one argument, and Linux
    /// takes 131,072 bytes of one with its NUL (`MAX_ARG_STRLEN`).
    static let longestText = 131_071
    /// How much stands in one word; csh takes no longer ones than 1,024 bytes.
    private static let longestWord = 900

    // The script is not among its own parameters, and has none, as without a translation.
    private static let decoder = """
        set -- "$(printf %b "$(printf %s "$@"|LC_ALL=C tr "[%]" "[-]")")";eval "shift;$1"
        """

    /// The line; `script` must not contain NUL.
    static func text(_ script: [UInt8]) -> [UInt8] {
        var text = Array("exec /bin/sh -c '\(decoder)' sh '".utf8)
        var room = longestWord
        for byte in script {
            let code = code(byte)
            if code.count > room {
                text += Array("' '".utf8)
                room = longestWord
            }
            text += code
            room -= code.count
        }
        text.append(0x27)
        return text
    }

    private static func code(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "!"), UInt8(ascii: "%"),
            // Where a history substitution of csh can begin, too.
            UInt8(ascii: "^"):
            escape(byte)
        case 0x20...0x7E: [byte]
        default: escape(byte)
        }
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "%"), 0x30, 0x30 + byte >> 6, 0x30 + byte >> 3 & 7, 0x30 + byte & 7]
    }
}
