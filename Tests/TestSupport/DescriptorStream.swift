public import ByteStreams
import Dispatch
import Foundation
import Synchronization

/// A stream over a connected socket of the system, with blocking calls on queues of its own.
///
/// A cancelled call ends the whole stream: enough for tests, and allowed only there.
public final class DescriptorStream: ByteStream {
    private let socket: Int32
    private let isClosed = Atomic(false)
    private let readQueue = DispatchQueue(label: "test stream reads")
    private let writeQueue = DispatchQueue(label: "test stream writes")

    /// Takes over a connected stream socket.
    public init(socket: Int32) {
        self.socket = socket
    }

    deinit {
        Foundation.close(socket)
    }

    /// See ``ByteStream``.
    public func read(upTo count: Int) async throws -> [UInt8]? {
        try await run(on: readQueue) { [self] in
            var got = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                repeat {
                    got = unsafe Foundation.read(socket, buffer.baseAddress, count)
                } while got < 0 && errno == EINTR
                filled = max(0, got)
            }
            guard !isClosed.load(ordering: .acquiring) else { throw ByteStreamError.closed }
            guard got >= 0 else { throw ByteStreamError.reset("errno \(errno)") }
            return got == 0 ? nil : bytes
        }
    }

    /// See ``ByteStream``.
    public func write(_ bytes: [UInt8]) async throws {
        try await run(on: writeQueue) { [self] in
            var rest = bytes[...]
            while !rest.isEmpty {
                let put = unsafe rest.withUnsafeBytes { buffer in
                    #if canImport(Darwin)
                        unsafe send(socket, buffer.baseAddress, buffer.count, 0)
                    #else
                        unsafe send(
                            socket,
                            buffer.baseAddress,
                            buffer.count,
                            Int32(MSG_NOSIGNAL)
                        )
                    #endif
                }
                if put < 0 && errno == EINTR { continue }
                guard !isClosed.load(ordering: .acquiring) else { throw ByteStreamError.closed }
                guard put >= 0 else { throw ByteStreamError.reset("errno \(errno)") }
                rest = rest.dropFirst(put)
            }
        }
    }

    /// See ``ByteStream``.
    public func finishWriting() async throws {
        _ = shutdown(socket, Int32(SHUT_WR))
    }

    /// See ``ByteStream``.
    public func close() async {
        end()
    }

    private func end() {
        isClosed.store(true, ordering: .releasing)
        // Wakes both directions; the descriptor itself is closed when nobody can use it any more.
        _ = shutdown(socket, Int32(SHUT_RDWR))
    }

    private func run<Value: Sendable>(
        on queue: DispatchQueue,
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { continuation.resume(with: Result { try work() }) }
            }
        } onCancel: {
            end()
        }
    }
}
