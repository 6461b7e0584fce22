/// Counts the bytes of one file and reports them, at most 20 times a second.
struct LocalCopyProgress {
    private let report: (@Sendable (TransferProgress) -> Void)?
    private var state: TransferProgress
    private var lastReport: ContinuousClock.Instant?

    init(
        _ options: TransferOptions,
        _ direction: TransferProgress.Direction,
        _ path: String
    ) {
        report = options.progress
        state = TransferProgress(
            direction: direction,
            path: path,
            completed: 0,
            total: nil,
            isFinished: false
        )
    }

    /// Says how many bytes there will be, when that is known.
    mutating func begin(total: UInt64?) {
        state.total = total
    }

    /// Counts bytes that were copied.
    mutating func advance(by count: UInt64) {
        state.completed += count
        guard let report else { return }
        let now = ContinuousClock.now
        guard lastReport.map({ now - $0 >= .milliseconds(50) }) ?? true else { return }
        lastReport = now
        report(state)
    }

    /// Reports the end; holes count as copied.
    mutating func finish(size: UInt64) {
        state.completed = size
        state.total = size
        state.isFinished = true
        report?(state)
    }
}
