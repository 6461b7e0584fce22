import Communicator

/// Counts the bytes of one file and reports them, at most 20 times a second.
struct ProgressMeter {
    private let report: (@Sendable (TransferProgress) -> Void)?
    private let direction: TransferProgress.Direction
    private let path: String
    private var total: UInt64?
    private var lastReport: ContinuousClock.Instant?
    private var completed: UInt64 = 0

    init(
        _ options: TransferOptions,
        _ direction: TransferProgress.Direction,
        _ path: BytePath,
        total: UInt64?
    ) {
        self.report = options.progress
        self.direction = direction
        self.path = String(decoding: path.bytes, as: UTF8.self)
        self.total = total
    }

    /// Counts bytes that have arrived.
    mutating func advance(by count: UInt64) {
        completed += count
        guard report != nil else { return }
        let now = ContinuousClock.now
        guard lastReport.map({ now - $0 >= .milliseconds(50) }) ?? true else { return }
        lastReport = now
        send(isFinished: false)
    }

    /// Reports the end of a file of this size.
    mutating func finish(size: UInt64) {
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
