#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ChildProcess {
    /// Why no child was started.
    package struct SpawnError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The kind of failure.
        package enum Reason: Sendable, Hashable {
            /// There is no such program (or no such interpreter as its first line names).
            case notFound
            /// The program, or a directory on the way to it, may not be used by this user.
            case permissionDenied
            /// The file is no program of this machine, nor a script with a `#!` line.
            case notExecutable
            /// Arguments and environment are longer than the system takes.
            case argumentsTooLong
            /// The working directory cannot be entered.
            case workingDirectory
            /// A text has a NUL byte, which the system cannot pass.
            case invalidArgument
            /// The system is out of something, or refused.
            case system
        }

        /// The kind of failure.
        package var reason: Reason
        /// The `errno` value, or 0.
        package var number: Int32
        /// The program, or the working directory, as it was tried.
        package var path: String

        /// What could not be started, and why.
        package var description: String {
            "starting \(path) failed: \(detail)"
        }

        /// What was found.
        package var detail: String {
            switch reason {
            case .notFound:
                "\(PipeError.words(for: number)) (the program, or the interpreter of its #! line)"
            case .invalidArgument: "an argument, path or variable has a NUL byte in it"
            case .workingDirectory: "working directory: \(PipeError.words(for: number))"
            default: PipeError.words(for: number)
            }
        }
    }
}
