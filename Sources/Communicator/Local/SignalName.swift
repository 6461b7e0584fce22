#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A signal's name without `SIG`, as in RFC 4254 section 6.10; the number where it has none.
func signalName(_ number: Int32) -> String {
    names[number] ?? "\(number)"
}

private let names: [Int32: String] = {
    var names: [Int32: String] = [
        SIGHUP: "HUP", SIGINT: "INT", SIGQUIT: "QUIT", SIGILL: "ILL", SIGTRAP: "TRAP",
        SIGABRT: "ABRT", SIGBUS: "BUS", SIGFPE: "FPE", SIGKILL: "KILL", SIGUSR1: "USR1",
        SIGSEGV: "SEGV", SIGUSR2: "USR2", SIGPIPE: "PIPE", SIGALRM: "ALRM", SIGTERM: "TERM",
        SIGXCPU: "XCPU", SIGXFSZ: "XFSZ", SIGVTALRM: "VTALRM", SIGPROF: "PROF", SIGSYS: "SYS",
    ]
    #if os(Linux)
        names[SIGSTKFLT] = "STKFLT"
        names[SIGPOLL] = "POLL"
        names[SIGPWR] = "PWR"
    #endif
    return names
}()
