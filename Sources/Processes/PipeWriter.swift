import CProcesses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// This side's end of a pipe that a child reads.
package final class PipeWriter: Sendable {
    private let descriptor: Descriptor

    /// Takes over the writing end.
    init(_ descriptor: Descriptor) {
        descriptor.setNonBlocking()
        self.descriptor = descriptor
    }

    deinit { descriptor.close() }

    /// Writes all of `bytes`; suspends while the child does not read.
    ///
    /// SIGPIPE is never raised. One task writes at a time.
    ///
    /// - Throws: ``PipeError`` with `EPIPE` when nobody can read any more (or this end is
    ///   closed); `CancellationError`, with a part written, when the task is cancelled.
    package func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            let count = try writeAvailable(rest)
            rest = rest.dropFirst(count)
            if count == 0 {
                _ = try await DescriptorPoller.shared.wait(for: [.writing(descriptor)])
            }
        }
    }

    private func writeAvailable(_ bytes: ArraySlice<UInt8>) throws -> Int {
        let written = descriptor.withNumber { number in
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe cprocesses_write(number, buffer.baseAddress, buffer.count)
            }
        }
        let count = written ?? -Int(EPIPE)
        if count >= 0 { return count }
        let failure = Int32(-count)
        if failure == EINTR || failure == EAGAIN || failure == EWOULDBLOCK { return 0 }
        throw PipeError("writing to a child", number: failure)
    }

    /// Closes the end: the child reads the end of its input; a second call does nothing.
    package func close() {
        descriptor.close()
    }
}
