#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the signals say that end programs most often.
enum SignalName {
    /// In parentheses after a blank; nothing for one that tells nothing.
    static func meaning(of number: Int32) -> String {
        switch number {
        case SIGSEGV: " (segmentation fault)"
        case SIGABRT: " (abort)"
        case SIGILL: " (illegal instruction, or a Swift program's own stop)"
        case SIGTRAP: " (trap, a Swift program's own stop)"
        case SIGBUS: " (bus error)"
        case SIGFPE: " (arithmetic error)"
        case SIGKILL: " (killed)"
        case SIGTERM: " (terminated)"
        case SIGINT: " (interrupted)"
        case SIGPIPE: " (broken pipe)"
        case SIGXCPU: " (too much processor time)"
        default: ""
        }
    }
}
