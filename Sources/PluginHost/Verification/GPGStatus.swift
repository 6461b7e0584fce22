/// What `gpgv` says of signatures for programs to read: lines that begin with `[GNUPG:]`.
///
/// Source: `doc/DETAILS` of GnuPG, "Format of the --status-fd output".
struct GPGStatus: Sendable, Hashable {
    /// What makes a signature count for nothing, whatever the exit status.
    private static let faults = [
        "BADSIG": "it is over something else",
        "ERRSIG": "it cannot be checked",
        "EXPSIG": "it has expired",
        "EXPKEYSIG": "its key has expired",
        "REVKEYSIG": "its key was revoked",
        "PLAINTEXT": "it is no detached signature",
    ]

    /// What is wrong with the first signature of which something is; `nil` where nothing is.
    let problem: String?
    /// Whether there is a signature, and all are of known keys that are in force.
    let isGood: Bool

    /// Reads all lines; those of other programs and words that are not known say nothing.
    init(_ output: [UInt8]) {
        let words = output.split(separator: 0x0A).compactMap { line -> String? in
            let parts = line.split(separator: 0x20, maxSplits: 2)
            guard parts.count > 1, parts[0].elementsEqual("[GNUPG:]".utf8) else { return nil }
            return String(decoding: parts[1], as: UTF8.self)
        }
        problem = words.lazy.compactMap { Self.faults[$0] }.first
        isGood = problem == nil && words.contains("GOODSIG")
    }
}
