import Processes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A terminal whose echo was turned off, and what it was before.
struct TerminalEcho {
    /// The one that a program that ends at once has to restore.
    private static let current = LockedValue<TerminalEcho?>(nil)

    private let terminal: Descriptor
    private let before: termios

    /// Turns the echo off and forgets what was typed before; `nil` when that cannot be done.
    init?(turningOff terminal: Descriptor) {
        self.terminal = terminal
        var before = termios()
        guard terminal.withNumber({ unsafe tcgetattr($0, &before) }) == 0 else { return nil }
        self.before = before
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL)
        quiet.c_lflag |= tcflag_t(ICANON | ISIG)
        unsafe withUnsafeMutableBytes(of: &quiet.c_cc) { keys in
            for key in [VQUIT, VSUSP] { unsafe keys[Int(key)] = Self.noKey }
        }
        Self.current.withLock { $0 = self }
        guard set(quiet) else {
            restore()
            return nil
        }
    }

    /// Makes the terminal what it was, and forgets what was typed and not read: half a passphrase
    /// is not for the shell.
    func restore() {
        _ = set(before)
        Self.current.withLock { $0 = nil }
    }

    /// Restores the terminal that is without echo, if there is one.
    static func restoreCurrent() {
        current.withLock { $0 }?.restore()
    }

    /// At once: a terminal whose output is stopped (Ctrl-S) would not let it be waited for.
    private func set(_ attributes: termios) -> Bool {
        let result = terminal.withNumber { number in
            var attributes = attributes
            let result = unsafe tcsetattr(number, TCSANOW, &attributes)
            _ = tcflush(number, TCIFLUSH)
            return result
        }
        return result == 0
    }

    #if canImport(Darwin)
        /// `_POSIX_VDISABLE`.
        private static let noKey: UInt8 = 0xFF
    #else
        /// `_POSIX_VDISABLE`.
        private static let noKey: UInt8 = 0
    #endif
}
