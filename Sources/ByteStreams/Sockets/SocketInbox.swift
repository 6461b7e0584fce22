internal import ByteStreams
internal import NIOConcurrencyHelpers
internal import NIOCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What came from a socket and is not read yet; holds the socket back when that is much.
///
/// The state is behind a lock because the event loop fills it and a task empties it; `Channel`
/// and its context are only touched on the event loop.
final class SocketInbox: ChannelDuplexHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private struct State {
        var buffers: CircularBuffer<ByteBuffer> = []
        var unread = 0
        var end: Result<Void, any Error>?
        var isClosed = false
        var reader: CheckedContinuation<[UInt8]?, any Error>?
        var readerLimit = 0
        var isHeldBack = false
        var resume: (@Sendable () -> Void)?
    }

    private let state = NIOLockedValueBox(State())

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        state.withLockedValue { $0.resume = { channel.read() } }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        state.withLockedValue { $0.resume = nil }
    }

    // MARK: Event loop

    func read(context: ChannelHandlerContext) {
        let mayRead = state.withLockedValue { state in
            state.isHeldBack = state.unread >= SocketStream.highWater
            return !state.isHeldBack
        }
        if mayRead { context.read() }
    }

    func write(
        context: ChannelHandlerContext,
        data: NIOAny,
        promise: EventLoopPromise<Void>?
    ) {
        let promise = promise ?? context.eventLoop.makePromise()
        promise.futureResult.whenFailure(writeFailed)
        context.write(data, promise: promise)
    }

    /// Keeps a reset that a write was the first to see; the reader would take it for an orderly end.
    private func writeFailed(_ error: any Error) {
        // A peer that has closed is EPIPE, and a socket that is being closed EBADF: that is an end.
        guard let error = error as? IOError, error.errnoCode != EPIPE, error.errnoCode != EBADF
        else { return }
        finish(.failure(ByteStreamError.reset(SocketError.text(of: error))))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard buffer.readableBytes > 0 else { return }
        let wake: (CheckedContinuation<[UInt8]?, any Error>, [UInt8])? = state.withLockedValue {
            state in
            state.unread += buffer.readableBytes
            state.buffers.append(buffer)
            guard let reader = state.reader else { return nil }
            state.reader = nil
            return (reader, Self.take(upTo: state.readerLimit, from: &state))
        }
        wake?.0.resume(returning: wake?.1)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { finish(.success(())) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.success(()))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failure(ByteStreamError.reset(SocketError.text(of: error))))
        context.close(promise: nil)
    }

    // MARK: Tasks

    /// Whether this side has closed the stream.
    var isClosed: Bool { state.withLockedValue { $0.isClosed } }

    func close() {
        state.withLockedValue { state in
            state.isClosed = true
            state.buffers.removeAll()
            state.unread = 0
            state.end = .failure(ByteStreamError.closed)
        }
        finish(.failure(ByteStreamError.closed))
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                begin(continuation, upTo: max(1, count))
            }
        } onCancel: {
            let reader = state.withLockedValue { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(throwing: CancellationError())
        }
    }

    private func begin(
        _ continuation: CheckedContinuation<[UInt8]?, any Error>,
        upTo count: Int
    ) {
        enum Next {
            case bytes([UInt8], (@Sendable () -> Void)?)
            case end(Result<Void, any Error>)
            case cancelled
            case wait
        }
        let next: Next = state.withLockedValue { state in
            if !state.buffers.isEmpty {
                let bytes = Self.take(upTo: count, from: &state)
                let isLow = state.isHeldBack && state.unread < SocketStream.highWater / 2
                if isLow { state.isHeldBack = false }
                return .bytes(bytes, isLow ? state.resume : nil)
            }
            if let end = state.end { return .end(end) }
            // The cancellation handler may have run before there was a reader to wake.
            if Task.isCancelled { return .cancelled }
            precondition(state.reader == nil, "one task reads at a time")
            state.reader = continuation
            state.readerLimit = count
            return .wait
        }
        switch next {
        case .bytes(let bytes, let resume):
            resume?()
            continuation.resume(returning: bytes)
        case .end(let end): continuation.resume(with: end.map { nil })
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .wait: break
        }
    }

    private func finish(_ end: Result<Void, any Error>) {
        let reader = state.withLockedValue { state in
            if state.end == nil { state.end = end }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(with: end.map { nil })
    }

    private static func take(upTo count: Int, from state: inout State) -> [UInt8] {
        guard var first = state.buffers.popFirst() else { return [] }
        let bytes = first.readBytes(length: min(count, first.readableBytes)) ?? []
        if first.readableBytes > 0 { state.buffers.prepend(first) }
        state.unread -= bytes.count
        return bytes
    }
}
