internal import Communicator

/// What came back for `exit 7`, wrapped by ``ProvenCommand``.
struct ShellAnswer: Sendable, CustomStringConvertible {
    /// How much of what is said is kept, for a reason to be found in it.
    static let longest = 4_096
    /// How much of a line of it is shown.
    private static let longestQuote = 200

    /// What was said beside the wrapper's own words, up to ``longest``.
    let words: [UInt8]
    /// How it ended; `nil` when it was not waited for, since there was no end to the words.
    let end: (evidence: ExitEvidence, status: RemoteCmd.ExitStatus, hasBegun: Bool)?

    /// Whether it proves that the wrapper was understood; a forced command may say 7 too.
    var isProof: Bool { end.map { $0.hasBegun && $0.status == .exited(7) } ?? false }

    /// Whether no status may have come; a library before 1.11.2 cannot tell that from 0.
    var mayBeLost: Bool { end?.status == .disconnected }

    /// Whether there was no end to the words.
    var isEndless: Bool { end == nil }

    /// The line in which a server says that the user's password has expired.
    var demandForNewPassword: String? {
        lines.first { line in ["password", "expired"].allSatisfy(line.lowercased().contains) }
            .map(Self.shown)
    }

    /// Whether another one says the same, but for numbers: the time, an id.
    func isLike(_ other: ShellAnswer) -> Bool {
        end?.evidence == other.end?.evidence && gist == other.gist
    }

    /// The end and the first words.
    var description: String {
        let said = lines.first.map { " and \"\(Self.shown($0))\"" } ?? ""
        guard let end else { return "words without end, the first of them\(said.dropFirst(4))" }
        return ending(end.evidence, end.status) + said
    }

    private func ending(_ evidence: ExitEvidence, _ status: RemoteCmd.ExitStatus) -> String {
        guard status == .disconnected else { return "\(status)" }
        return switch evidence.hasStatus {
        case true?: "exit status \(evidence.status)"
        case false?: "no exit status"
        case nil: "exit status 0, or none"
        }
    }

    private var lines: [String] {
        String(decoding: words, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    }

    private var gist: [UInt8] { words.filter { !(0x30...0x39).contains($0) } }

    private static func shown(_ line: String) -> String {
        BytePath.display(Array(line.utf8.prefix(longestQuote)))
    }
}
