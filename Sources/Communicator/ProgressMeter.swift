/// Counts the bytes of one file and reports them, at most 20 times a second.
package struct ProgressMeter: Sendable {
    /// How many bytes there will be, when that is known.
    package var total: UInt64?

    private let report: (@Sendable (TransferProgress) -> Void)?
    private let direction: TransferProgress.Direction
    private let path: String
    private var lastReport: ContinuousClock.Instant?
    private var completed: UInt64 = 0

    /// A meter that has counted nothing.
    package init(
        _ options: TransferOptions,
        _ direction: TransferProgress.Direction,
        _ path: BytePath,
        total: UInt64? = nil
    ) {
        self.report = options.progress
        self.direction = direction
        self.path = String(decoding: path.bytes, as: UTF8.self)
        self.total = total
    }

    /// Counts bytes that were moved.
    package mutating func advance(by count: UInt64) {
        completed += count
        guard report != nil else { return }
        let now = ContinuousClock.now
        guard lastReport.map({ now - $0 >= .milliseconds(50) }) ?? true else { return }
        lastReport = now
        send(isFinished: false)
    }

    /// Reports the end of a file of this size; holes count as moved.
    package mutating func finish(size: UInt64) {
        completed = size
        total = size
        send(isFinished: true)
    }

    private func send(isFinished: Bool) {
        report?(
            TransferProgress(
                direction: direction,
                path: path,
                completed: completed,
                total: total,
                isFinished: isFinished
            )
        )
    }
}
