import Console
import Dispatch
import Processes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ends the program at once; under a name of its own, as commands have an `exit` too.
func endProgram(withStatus status: Int32) -> Never {
    exit(status)
}

/// What signals do to this program.
enum Signals {
    /// Makes writing to a closed pipe an error instead of the end of the program.
    ///
    /// A handler, not SIG_IGN: that would be inherited by every script that runs here.
    static func surviveClosedPipes() {
        handle(SIGPIPE) { _ in }
    }

    /// Takes back that the ends of children are not told of, which a parent may have asked for.
    static func hearOfChildren() {
        _ = signal(SIGCHLD, SIG_DFL)
    }

    /// Calls `cancel` at the first SIGINT, SIGTERM or SIGHUP; at the second, kills what runs on this
    /// machine and ends the program.
    ///
    /// - Parameter cancel: Gets the signal's name as Go gives it, on a thread of its own.
    static func onInterrupt(_ cancel: @escaping @Sendable (String) -> Void) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        unsafe watcherPipe = ends[1]
        let reading = ends[0]
        let thread = DispatchQueue(label: "signals")
        thread.async {
            let name = nextSignal(reading)
            cancel(name)
            _ = nextSignal(reading)
            ControllingTerminal.restore()
            // What ends now is not to be called a clean cancellation.
            discardOutput()
            DescendantProcesses.killAll()
            _exit(1)
        }
        for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnoredHangUp(number) {
            handle(number, tellWatcher)
        }
    }

    private static func discardOutput() {
        let nothing = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
        for number in [STDOUT_FILENO, STDERR_FILENO] where nothing >= 0 {
            dup2(nothing, number)
        }
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

    /// `nohup` ignores SIGHUP on purpose.
    private static func isIgnoredHangUp(_ number: Int32) -> Bool {
        guard number == SIGHUP else { return false }
        var action = sigaction()
        guard unsafe sigaction(number, nil, &action) == 0 else { return false }
        #if canImport(Darwin)
            let handler = unsafe action.__sigaction_u.__sa_handler
        #else
            let handler = unsafe action.__sigaction_handler.sa_handler
        #endif
        return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func nextSignal(_ descriptor: Int32) -> String {
        var byte: UInt8 = 0
        while unsafe read(descriptor, &byte, 1) < 0, errno == EINTR {}
        switch Int32(byte) {
        case SIGINT: return "interrupt"
        case SIGTERM: return "terminated"
        default: return "hangup"
        }
    }
}

/// The pipe that the handler writes to; set before the first handler is installed.
nonisolated(unsafe) private var watcherPipe: Int32 = -1

/// The handler: only what POSIX calls async-signal-safe may happen here.
private func tellWatcher(_ number: Int32) {
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = unsafe write(watcherPipe, &byte, 1)
    errno = saved
}
