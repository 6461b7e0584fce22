#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An open file descriptor that is closed exactly once, and never used after that.
///
/// Any task may use or close it at any time: a use that comes after the close finds nothing, even
/// when the system has given the number to another file since.
package final class Descriptor: Sendable {
    private let number: LockedValue<Int32>

    /// Takes over an open descriptor.
    package init(owning number: Int32) {
        self.number = LockedValue(number)
    }

    deinit { close() }

    /// The number for a call that does not block; `nil` when it is closed.
    package func withNumber<Value: Sendable>(
        _ body: (Int32) throws -> Value
    ) rethrows -> Value? {
        try number.withLock { $0 >= 0 ? try body($0) : nil }
    }

    /// Closes it and wakes whoever waits for it; a second call does nothing.
    package func close() {
        let number = number.withLock { number in
            defer { number = -1 }
            return number
        }
        guard number >= 0 else { return }
        DescriptorPoller.shared.wake(waitersFor: number)
        // A result tells nothing here: Linux frees the number even when it reports an error.
        systemClose(number)
    }

    /// Makes reads and writes through it return instead of waiting.
    package func setNonBlocking() {
        _ = withNumber { fcntl($0, F_SETFL, fcntl($0, F_GETFL) | O_NONBLOCK) }
    }
}

private func systemClose(_ number: Int32) {
    _ = close(number)
}
