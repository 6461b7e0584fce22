/// How much the peer may still send on one stream, and how much of it is given back.
///
/// "Both sides assume the initial window of 256 KB"; data uses it up, and what the application has
/// read is given back by window updates. At any time
/// `available + unread + owed == size`.
struct ReceiveWindow: Equatable, Sendable {
    /// The window that every stream begins with, in each direction; not negotiated.
    static let size: UInt32 = 262_144

    /// What the peer may send at once.
    private(set) var available = ReceiveWindow.size
    /// What has arrived and is not read yet.
    private(set) var unread: UInt32 = 0
    /// What was read and the peer does not know of yet.
    var owed: UInt32 { Self.size - available - unread }

    /// Room for `length` bytes that the peer says will follow.
    ///
    /// - Returns: False where the window is smaller.
    mutating func reserve(_ length: UInt32) -> Bool {
        guard length <= available else { return false }
        available -= length
        unread += length
        return true
    }

    /// Takes note that `count` of the unread bytes were read.
    ///
    /// - Returns: The increment to send now, if it is worth a frame: at half the window, as Go does.
    mutating func consume(_ count: Int) -> UInt32? {
        let count = UInt32(count)
        precondition(count <= unread, "more was read than had arrived")
        unread -= count
        let owed = owed
        guard owed >= Self.size / 2 else { return nil }
        available += owed
        return owed
    }
}

/// How much may be sent on one stream before the peer says more.
struct SendWindow: Equatable, Sendable {
    private(set) var available = ReceiveWindow.size

    /// Takes at most `wanted` bytes from the window.
    mutating func take(_ wanted: Int) -> Int {
        let count = min(wanted, Int(clamping: available))
        available -= UInt32(count)
        return count
    }

    /// Adds what a window update says.
    ///
    /// - Returns: False where the sum does not fit in 32 bits; Go would wrap around silently.
    mutating func add(_ increment: UInt32) -> Bool {
        let (sum, isTooMuch) = available.addingReportingOverflow(increment)
        if !isTooMuch { available = sum }
        return !isTooMuch
    }
}
