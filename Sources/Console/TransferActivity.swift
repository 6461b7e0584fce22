import Communicator
import Components

/// One or more transfers of one build in one direction.
struct TransferActivity: Sendable {
    /// A file that is not finished.
    struct File: Sendable {
        let begun: ContinuousClock.Instant
        /// When machines were told last.
        var announced: ContinuousClock.Instant?
        var total: UInt64?
        var meter = TransferMeter()

        init(begunAt begun: ContinuousClock.Instant) {
            self.begun = begun
        }
    }

    let begun: ContinuousClock.Instant
    var latest: ContinuousClock.Instant
    /// The file that was reported last.
    var path = ""
    /// The files that are not finished.
    var files: [String: File] = [:]
    var meter = TransferMeter()
    private var finishedFiles = 0
    private var finishedBytes: UInt64 = 0

    init(begunAt begun: ContinuousClock.Instant) {
        self.begun = begun
        self.latest = begun
    }

    /// Bytes of all files, finished or not.
    var completed: UInt64 {
        files.values.reduce(finishedBytes) { $0 &+ $1.meter.completed }
    }

    mutating func finish(_ path: String) {
        guard let file = files.removeValue(forKey: path) else { return }
        finishedFiles += 1
        finishedBytes &+= file.meter.completed
    }

    /// Whether there is something to watch: work under way, or more than one file so far.
    var isWorthShowing: Bool { !files.isEmpty || finishedFiles > 1 }

    /// The activity in at most `width` columns: where there is no room, the path gives way first,
    /// then the amounts.
    func text(
        target: String,
        direction: TransferProgress.Direction,
        width: Int,
        at now: ContinuousClock.Instant
    ) -> String {
        let head = target.isEmpty ? "" : "\(target): "
        let only = finishedFiles == 0 && files.count == 1 ? files[path] : nil
        let share = share(of: only?.total)
        let speed = speed(towards: only?.total, at: now)
        let amounts = amounts(of: only?.total) + (share.map { " (\($0))" } ?? "")
        let count = only == nil ? ["\(finishedFiles + files.count) files"] : []
        let figures = (count + [amounts] + speed).joined(separator: ", ")
        let room =
            width - DisplayWidth.columns(head) - DisplayWidth.columns(figures) - "upload  ".count
        if room >= 8 {
            let name = DisplayWidth.tail(shownPath, columns: room)
            return "\(head)\(direction) \(name) \(figures)"
        }
        let shorter = [
            figures, ([share ?? amounts] + speed).joined(separator: ", "),
            ([share ?? amounts] + speed.prefix(1)).joined(separator: ", "), share ?? amounts,
        ].map { head + $0 }
        return shorter.first { DisplayWidth.columns($0) <= width } ?? shorter.last ?? ""
    }

    private var shownPath: String {
        TerminalText.harmless(path, keepsColor: false)
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
    }

    private func amounts(of total: UInt64?) -> String {
        let done = DisplayFigures.bytes(completed)
        return total.map { "\(done) of \(DisplayFigures.bytes($0))" } ?? done
    }

    private func share(of total: UInt64?) -> String? {
        guard let total, total > 0 else { return nil }
        return "\(DisplayFigures.percent(completed, of: total))%"
    }

    private func speed(towards total: UInt64?, at now: ContinuousClock.Instant) -> [String] {
        let rate = "\(DisplayFigures.bytes(meter.rate(at: now)))/s"
        guard let left = meter.secondsLeft(of: total, at: now) else { return [rate] }
        return [rate, "\(Duration.seconds(left).clockText) left"]
    }
}

/// How fast bytes come, from the last few seconds.
struct TransferMeter: Sendable {
    private struct Sample {
        var instant: ContinuousClock.Instant
        var completed: UInt64
    }

    /// Samples closer together than this are one.
    private static let spacing = Duration.milliseconds(500)
    /// The rate is that of `spacing` times this many samples: long enough not to jump.
    private static let capacity = 10

    private var samples: [Sample] = []
    private(set) var completed: UInt64 = 0

    mutating func record(_ completed: UInt64, at now: ContinuousClock.Instant) {
        self.completed = completed
        if let last = samples.last, now - last.instant < Self.spacing { return }
        samples.append(Sample(instant: now, completed: completed))
        if samples.count > Self.capacity { samples.removeFirst() }
    }

    /// Bytes a second; 0 while there is nothing to measure by.
    func rate(at now: ContinuousClock.Instant) -> UInt64 {
        guard let first = samples.first, completed > first.completed else { return 0 }
        let elapsed = (now - first.instant) / Duration.seconds(1)
        guard elapsed > 0.001 else { return 0 }
        return UInt64(min(Double(completed - first.completed) / elapsed, 1e15))
    }

    /// Seconds until `total` is reached at this rate, rounded up; `nil` when not to be known.
    func secondsLeft(of total: UInt64?, at now: ContinuousClock.Instant) -> Int64? {
        let rate = rate(at: now)
        guard let total, total >= completed, rate > 0 else { return nil }
        let left = ((total - completed) / rate) + ((total - completed) % rate == 0 ? 0 : 1)
        return Int64(min(left, 9_999_999))
    }
}
