import NIOConcurrencyHelpers
import NIOCore

/// One way of a connection that a proxy carries.
///
/// It reads one channel, and writes to the other what its plans, its delay and its rate make of
/// that. Everything but `passed` happens on the event loop.
final class Pump: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private struct State {
        var plans: [FaultProxy.Plan]
        var passed = 0
        /// Bytes that were read and are not written yet.
        var waiting = 0
        /// When the last of them may be written.
        var due = NIODeadline.now()
        var isReadOwed = false
        var isSilent = false
        var flipsNext = false
        var stallsAfterLine = false
    }

    private let source: any Channel
    private let target: any Channel
    private let connection: ProxiedConnection
    private let delay: TimeAmount
    private let bytesPerSecond: Int?
    private let state: NIOLockedValueBox<State>

    init(
        from source: any Channel,
        to target: any Channel,
        of connection: ProxiedConnection,
        _ plans: [FaultProxy.Plan],
        delay: Duration,
        bytesPerSecond: Int?
    ) {
        self.source = source
        self.target = target
        self.connection = connection
        self.delay = TimeAmount(delay)
        self.bytesPerSecond = bytesPerSecond
        self.state = NIOLockedValueBox(State(plans: plans))
    }

    var passed: Int { state.withLockedValue { $0.passed } }

    func stallAfterLine() {
        state.withLockedValue { $0.stallsAfterLine = true }
    }

    func silence() {
        state.withLockedValue { $0.isSilent = true }
    }

    /// A fault at the place where the stream is now.
    func perform(_ fault: FaultProxy.Fault) {
        switch fault {
        case .flip: state.withLockedValue { $0.flipsNext = true }
        case .stall: silence()
        case .reset:
            connection.silence()
            connection.reset()
        case .finish:
            connection.silence()
            target.close(mode: .output, promise: nil)
            source.close(promise: nil)
        }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { context.read() }
    }

    func channelActive(context: ChannelHandlerContext) {
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard !state.withLockedValue({ $0.isSilent }) else { return }
        if state.withLockedValue({ $0.flipsNext }) {
            state.withLockedValue { $0.flipsNext = false }
            bytes.flipBit(at: 0)
        }
        if state.withLockedValue({ $0.stallsAfterLine }),
            let line = bytes.readableBytesView.firstIndex(of: UInt8(ascii: "\n"))
        {
            let count = line - bytes.readerIndex + 1
            send(bytes.readSlice(length: count) ?? ByteBuffer())
            return connection.silence()
        }
        while let plan = nextPlan(before: bytes.readableBytes) {
            let count = plan.byte - passed
            if plan.fault == .flip {
                bytes.flipBit(at: count)
                continue
            }
            send(bytes.readSlice(length: count) ?? ByteBuffer()).whenComplete { _ in
                self.perform(plan.fault)
            }
            return silence()
        }
        send(bytes)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        let reads = state.withLockedValue { state in
            state.isReadOwed = state.waiting >= limit
            return !state.isReadOwed && !state.isSilent
        }
        if reads { context.read() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        // What a dead network does not carry includes the end.
        guard !state.withLockedValue({ $0.isSilent }) else { return }
        let due = state.withLockedValue { $0.due }
        target.eventLoop.scheduleTask(deadline: due) { self.target.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// How many bytes may wait: what a delayed or slow network holds.
    private var limit: Int { bytesPerSecond.map { max($0 / 4, 1) } ?? 4 << 20 }

    private func nextPlan(before count: Int) -> FaultProxy.Plan? {
        state.withLockedValue { state in
            guard let plan = state.plans.first else { return nil }
            let end = state.passed + count
            guard plan.fault == .flip ? plan.byte < end : plan.byte <= end else { return nil }
            return state.plans.removeFirst()
        }
    }

    /// Writes bytes when they are due; the future ends with the last of them.
    @discardableResult
    private func send(_ bytes: ByteBuffer) -> EventLoopFuture<Void> {
        var bytes = bytes
        // A slow network delivers a little twenty times a second.
        let step = bytesPerSecond.map { max($0 / 20, 1) } ?? max(bytes.readableBytes, 1)
        var written = target.eventLoop.makeSucceededVoidFuture()
        while let piece = bytes.readSlice(length: min(step, bytes.readableBytes)),
            piece.readableBytes > 0
        {
            written = send(piece: piece)
        }
        return written
    }

    private func send(piece: ByteBuffer) -> EventLoopFuture<Void> {
        let count = piece.readableBytes
        let due = state.withLockedValue { state in
            state.passed += count
            state.waiting += count
            state.due = max(state.due, .now() + delay)
            if let rate = bytesPerSecond {
                state.due = state.due + .nanoseconds(Int64(count) * 1_000_000_000 / Int64(rate))
            }
            return state.due
        }
        let promise = target.eventLoop.makePromise(of: Void.self)
        if due <= .now() {
            target.writeAndFlush(piece, promise: promise)
        } else {
            target.eventLoop.scheduleTask(deadline: due) {
                self.target.writeAndFlush(piece, promise: promise)
            }
        }
        promise.futureResult.whenComplete { _ in self.sent(count) }
        return promise.futureResult
    }

    private func sent(_ count: Int) {
        let reads = state.withLockedValue { state in
            state.waiting -= count
            guard state.isReadOwed, state.waiting < limit, !state.isSilent else { return false }
            state.isReadOwed = false
            return true
        }
        if reads { source.read() }
    }
}

extension ByteBuffer {
    fileprivate mutating func flipBit(at offset: Int) {
        guard let byte = getInteger(at: readerIndex + offset, as: UInt8.self) else { return }
        setInteger(byte ^ 1, at: readerIndex + offset)
    }
}
