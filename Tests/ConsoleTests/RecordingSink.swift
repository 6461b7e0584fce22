import Console
import Synchronization

/// Keeps what is written, and fails once it is told that its reader is gone.
final class RecordingSink: OutputSink {
    private let state = Mutex((written: [[UInt8]](), isClosed: false))

    /// Everything in one text.
    var text: String { String(decoding: state.withLock { $0.written.joined() }, as: UTF8.self) }

    /// How many writes there were.
    var count: Int { state.withLock { $0.written.count } }

    func close() { state.withLock { $0.isClosed = true } }

    func write(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            guard !state.isClosed else { throw OutputClosed(reason: "Broken pipe") }
            state.written.append(bytes)
        }
    }
}

/// A clock that goes only when a test says so.
final class HandClock: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}
