#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// This side's end of a pipe that a child writes.
///
/// Nothing is read ahead: a child that writes more than the kernel's buffer waits until it is read.
package final class PipeReader: Sendable {
    /// What a read found at once.
    package enum Available: Sendable, Equatable {
        /// At least one byte.
        case bytes([UInt8])
        /// Every writer has closed its end, or this end was closed.
        case end
        /// Nothing yet.
        case nothing
    }

    private let descriptor: Descriptor

    /// Takes over the reading end.
    init(_ descriptor: Descriptor) {
        descriptor.setNonBlocking()
        self.descriptor = descriptor
    }

    deinit { descriptor.close() }

    /// For waiting for several ends at once.
    package var readability: DescriptorPoller.Interest { .reading(descriptor) }

    /// At least one byte and at most `count`, or `nil` at the end.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, even with bytes at hand; nothing
    ///   is lost then.
    package func read(upTo count: Int = 65_536) async throws -> [UInt8]? {
        while true {
            try Task.checkCancellation()
            switch try readAvailable(upTo: count) {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .nothing: _ = try await DescriptorPoller.shared.wait(for: [readability])
            }
        }
    }

    /// What can be read without waiting.
    package func readAvailable(upTo count: Int = 65_536) throws -> Available {
        let available = try descriptor.withNumber { number in
            var outcome = 0
            var failure: Int32 = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(count, 1)) { buffer, used in
                repeat {
                    outcome = unsafe systemRead(number, buffer.baseAddress, buffer.count)
                    failure = outcome < 0 ? errno : 0
                } while failure == EINTR
                used = max(outcome, 0)
            }
            return try Self.interpret(outcome, failure, bytes)
        }
        return available ?? .end
    }

    private static func interpret(
        _ outcome: Int,
        _ failure: Int32,
        _ bytes: [UInt8]
    ) throws -> Available {
        if outcome > 0 { return .bytes(bytes) }
        // A pseudo-terminal says EIO once its last writer has gone.
        if outcome == 0 || failure == EIO { return .end }
        if failure == EAGAIN || failure == EWOULDBLOCK { return .nothing }
        throw PipeError("reading from a child", number: failure)
    }

    /// Closes the end: the child's next write fails, and a read that waits finds the end.
    package func close() {
        descriptor.close()
    }
}

private func systemRead(_ number: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(number, buffer, count)
}
