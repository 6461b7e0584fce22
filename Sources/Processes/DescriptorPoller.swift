import CProcesses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One thread that waits for descriptors on behalf of every task.
///
/// It only says when a descriptor is ready, so nothing is read ahead and no thread of the
/// concurrency pool ever waits in the kernel. It uses poll(2): a build has a handful of children,
/// and poll is the same everywhere.
package final class DescriptorPoller: Sendable {
    /// What to wait for.
    package struct Interest: Sendable {
        let descriptor: Descriptor
        let events: Int16

        /// Until a read does not block: bytes, the end, or the end of a process.
        package static func reading(_ descriptor: Descriptor) -> Interest {
            Interest(descriptor: descriptor, events: Int16(POLLIN))
        }

        /// Until a write does not block.
        package static func writing(_ descriptor: Descriptor) -> Interest {
            Interest(descriptor: descriptor, events: Int16(POLLOUT))
        }
    }

    /// Why a wait ended.
    package enum Outcome: Sendable {
        /// At least one descriptor is ready, or was closed.
        case ready
        /// The deadline came first.
        case timedOut
    }

    private struct Waiter {
        var polled: [pollfd]
        /// Held so that nobody else's file gets one of these numbers during the wait.
        var descriptors: [Descriptor]
        var deadline: ContinuousClock.Instant?
        var finish: @Sendable (Result<Outcome, any Error>) -> Void
    }

    private struct State {
        var waiters: [UInt64: Waiter] = [:]
        var nextID: UInt64 = 0
        var hasThread = false
        var isWakePending = false
    }

    /// How long a wait can go unnoticed where nothing can wake the thread, in milliseconds.
    private static let blindness: Int32 = 20

    /// The only one that is needed.
    package static let shared = DescriptorPoller()

    private let state = LockedValue(State())
    private let wakeRead: Int32
    private let wakeWrite: Int32

    private init() {
        var ends: [Int32] = [-1, -1]
        let result = unsafe ends.withUnsafeMutableBufferPointer { buffer in
            unsafe cprocesses_pipe(buffer.baseAddress)
        }
        // Where no descriptors are left, it looks for new waits every now and then: see `turn()`.
        wakeRead = result == 0 ? ends[0] : -1
        wakeWrite = result == 0 ? ends[1] : -1
        for end in ends where result == 0 {
            _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
        }
    }

    /// Waits until one of the descriptors is ready; without any, until the deadline.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package func wait(
        for interests: [Interest],
        until deadline: ContinuousClock.Instant? = nil
    ) async throws -> Outcome {
        let id = takeID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                add(id, interests, until: deadline) { continuation.resume(with: $0) }
                // The handler may have run before there was anything to cancel.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Calls `action` once, on the poller's thread, when the descriptor is ready.
    package func whenReady(_ interest: Interest, _ action: @escaping @Sendable () -> Void) {
        add(takeID(), [interest], until: nil) { _ in action() }
    }

    /// Ends the waits on a descriptor that is about to be closed, as ready.
    func wake(waitersFor number: Int32) {
        let woken = state.withLock { state in
            let ids = state.waiters.filter { $0.value.polled.contains { $0.fd == number } }.keys
            return ids.compactMap { state.waiters.removeValue(forKey: $0) }
        }
        for waiter in woken { waiter.finish(.success(.ready)) }
    }

    private func takeID() -> UInt64 {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    private func add(
        _ id: UInt64,
        _ interests: [Interest],
        until deadline: ContinuousClock.Instant?,
        _ finish: @escaping @Sendable (Result<Outcome, any Error>) -> Void
    ) {
        let isClosed = state.withLock { state in
            // Inside the lock, so that a close either finds this waiter or is seen here.
            let polled = interests.compactMap { interest in
                interest.descriptor.withNumber {
                    pollfd(fd: $0, events: interest.events, revents: 0)
                }
            }
            guard polled.count == interests.count else { return true }
            state.waiters[id] = Waiter(
                polled: polled,
                descriptors: interests.map(\.descriptor),
                deadline: deadline,
                finish: finish
            )
            startThreadIfNeeded(&state)
            return false
        }
        if isClosed { finish(.success(.ready)) } else { wakeThread() }
    }

    private func cancel(_ id: UInt64) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.finish(.failure(CancellationError()))
    }

    private func startThreadIfNeeded(_ state: inout State) {
        guard !state.hasThread else { return }
        state.hasThread = true
        startThread { [self] in
            while true { turn() }
        }
    }

    private func wakeThread() {
        let isNeeded = state.withLock { state in
            defer { state.isWakePending = true }
            return !state.isWakePending
        }
        guard isNeeded else { return }
        var byte: UInt8 = 1
        _ = unsafe write(wakeWrite, &byte, 1)
    }

    private func turn() {
        var polled = [pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0)]
        var owners: [UInt64] = [0]
        let earliest = state.withLock { state in
            for (id, waiter) in state.waiters {
                polled += waiter.polled
                owners += repeatElement(id, count: waiter.polled.count)
            }
            return state.waiters.values.compactMap(\.deadline).min()
        }
        let wanted = earliest.map { milliseconds(until: $0) } ?? -1
        let isBlind = wakeRead < 0 && !(0...Self.blindness).contains(wanted)
        let timeout = isBlind ? Self.blindness : wanted
        let count = unsafe poll(&polled, nfds_t(polled.count), timeout)
        if count > 0, polled[0].revents != 0 { acknowledgeWake() }
        let ready = zip(owners, polled).filter { $0.1.revents != 0 && $0.0 != 0 }.map(\.0)
        finish(ready: count > 0 ? ready : [])
    }

    private func acknowledgeWake() {
        state.withLock { state in
            state.isWakePending = false
            var bytes: (UInt64, UInt64) = (0, 0)
            _ = unsafe read(wakeRead, &bytes, 16)
        }
    }

    private func finish(ready: [UInt64]) {
        let now = ContinuousClock.now
        let (woken, expired) = state.withLock { state in
            let woken = ready.compactMap { state.waiters.removeValue(forKey: $0) }
            let late = state.waiters.filter { $0.value.deadline.map { $0 <= now } ?? false }.keys
            return (woken, late.compactMap { state.waiters.removeValue(forKey: $0) })
        }
        for waiter in woken { waiter.finish(.success(.ready)) }
        for waiter in expired { waiter.finish(.success(.timedOut)) }
    }
}

/// Rounded up, so that a wait never ends before its deadline; at most a minute at a time.
private func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
    let left = ContinuousClock.now.duration(to: deadline)
    guard left > .zero else { return 0 }
    guard left < .seconds(60) else { return 60_000 }
    let (seconds, attoseconds) = left.components
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
}
