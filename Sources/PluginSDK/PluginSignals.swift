#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What signals do to a plugin: nothing, once its host is connected.
///
/// Ctrl-C, and the end of the terminal, reach every process of the terminal; the host alone decides
/// what they mean, and tells the plugin by a call, or by its own end.
enum PluginSignals {
    private static let numbers = [SIGINT, SIGTERM, SIGHUP]

    static func ignore() {
        for number in numbers { handle(number) { _ in noteInterrupt() } }
    }

    /// Has a signal that ends the process remove a socket on which no host has come yet; until
    /// ``ignore()``.
    static func removeAtEnd(_ path: String) {
        unsafe socketPath = strdup(path)
        // What is ignored from the start on (`nohup`) stays so.
        for number in numbers where isDefault(number) { handle(number, endRemovingSocket) }
    }

    private static func isDefault(_ number: Int32) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(number, nil, &action) == 0 else { return false }
        #if canImport(Darwin)
            let handler = unsafe action.__sigaction_u.__sa_handler
        #else
            let handler = unsafe action.__sigaction_handler.sa_handler
        #endif
        return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_DFL, to: Int.self)
    }

    /// Makes writing to a closed pipe an error.
    static func surviveClosedPipes() {
        handle(SIGPIPE) { _ in }
    }

    private static func handle(_ number: Int32, _ handler: @convention(c) (Int32) -> Void) {
        var action = sigaction()
        #if canImport(Darwin)
            unsafe action.__sigaction_u.__sa_handler = handler
        #else
            unsafe action.__sigaction_handler.sa_handler = handler
        #endif
        action.sa_flags = SA_RESTART
        _ = unsafe sigaction(number, &action, nil)
    }
}

/// Set once, before the first handler that reads it is installed.
nonisolated(unsafe) private var socketPath: UnsafeMutablePointer<CChar>?

/// A handler: only what POSIX calls async-signal-safe may happen here.
private func endRemovingSocket(_ number: Int32) {
    if let path = unsafe socketPath { unsafe unlink(path) }
    _ = signal(number, SIG_DFL)
    // Comes when the handler has returned.
    raise(number)
}

/// Packer's line; in a signal's handler only a write is allowed.
private func noteInterrupt() {
    let line: StaticString = "Received interrupt signal. Ignoring.\n"
    let number = errno
    defer { errno = number }
    _ = unsafe write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
}
