#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What signals do to a plugin: nothing, once its host is connected.
///
/// Ctrl-C reaches every process of the terminal; the host alone decides what it means, and tells the
/// plugin by a call.
enum PluginSignals {
    static func ignore() {
        for number in [SIGINT, SIGTERM] { handle(number) { _ in noteInterrupt() } }
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

/// Packer's line; in a signal's handler only a write is allowed.
private func noteInterrupt() {
    let line: StaticString = "Received interrupt signal. Ignoring.\n"
    let number = errno
    defer { errno = number }
    _ = unsafe write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
}
