/// When a silent peer is asked for a sign of life, and when it counts as dead.
///
/// Whether it lives is judged by the bytes that it sends, never by what could be sent to it: a
/// frozen machine's kernel takes bytes for a long time.
struct PeerWatch: Sendable {
    /// How a connection is watched.
    struct Rule: Sendable, Equatable {
        /// How long a peer may be silent before it is asked; `nil` never asks.
        var interval: Duration?
        /// How long it may be silent in all; `nil` for a question and ``answerLimit``.
        var silenceLimit: Duration?

        /// How long a peer may leave a question without any byte.
        static let answerLimit: Duration = .seconds(15)

        /// When it is asked: in time for an answer within the limit, too.
        var asksAfter: Duration? {
            guard let silenceLimit else { return interval }
            return interval.map { min($0, silenceLimit / 2) }
        }
    }

    /// What is to be done now.
    enum Step: Equatable {
        case wait
        case ask
        /// It is dead; why, as a clause.
        case giveUp(String)
    }

    private let rule: Rule
    private var lastSign: ContinuousClock.Instant
    private var asked: ContinuousClock.Instant?

    init(_ rule: Rule, now: ContinuousClock.Instant) {
        self.rule = rule
        lastSign = now
    }

    /// The peer sent something.
    mutating func heard(at now: ContinuousClock.Instant) {
        lastSign = now
        asked = nil
    }

    /// It was asked.
    mutating func didAsk(at now: ContinuousClock.Instant) { asked = now }

    /// This process was absent for so long, and could hear nothing.
    mutating func excuse(_ absence: Duration) {
        lastSign += absence
        asked? += absence
    }

    /// What is to be done at a time.
    func step(at now: ContinuousClock.Instant) -> Step {
        let silence = lastSign.duration(to: now)
        if let limit = rule.silenceLimit {
            if silence >= limit {
                return .giveUp("nothing came from the server for \(limit) (ssh_read_write_timeout)")
            }
        } else if let asked, asked.duration(to: now) >= Rule.answerLimit {
            return .giveUp("the server has sent nothing for \(silence.components.seconds) s")
        }
        if asked == nil, let interval = rule.asksAfter, silence >= interval { return .ask }
        return .wait
    }

    /// When ``step(at:)`` may say something else than at `now`; `nil` for never.
    func nextStep(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let end =
            rule.silenceLimit.map { lastSign + $0 }
            ?? asked.map { $0 + Rule.answerLimit }
        let question = asked == nil ? rule.asksAfter.map { lastSign + $0 } : nil
        return [end, question].compactMap { $0 }.min()
    }
}
