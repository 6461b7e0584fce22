#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a system call said, with its name.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The value of `errno`.
    package let number: Int32
    /// The call that failed: "open".
    package let call: String

    /// An error made of its parts.
    package init(_ number: Int32, _ call: String) {
        self.number = number
        self.call = call
    }

    /// The system's own words and the call: "No space left on device (write)".
    package var description: String {
        // The texts are constants; only that of an unknown number is formatted.
        let text = unsafe strerror(number).map { unsafe String(cString: $0) }
        return "\(text ?? "error \(number)") (\(call))"
    }

    /// The same failure as a communicator's error, with the code that fits it.
    package func reading(_ path: BytePath) -> CommunicatorError {
        communicatorError("reading the local file", path, code.readingRemedy)
    }

    /// The same failure as a communicator's error, with the code that fits it.
    package func writing(_ path: BytePath) -> CommunicatorError {
        communicatorError("writing the local file", path, nil)
    }

    private func communicatorError(
        _ operation: String,
        _ path: BytePath,
        _ remedy: String?
    ) -> CommunicatorError {
        CommunicatorError(
            code,
            operation: operation,
            target: "\(path)",
            detail: description,
            remedy: remedy
        )
    }

    /// The communicator's code for this number.
    package var code: CommunicatorError.Code {
        switch number {
        case ENOENT: .noSuchFile
        case EACCES, EPERM, EROFS: .permissionDenied
        case ENOSPC, EDQUOT: .noSpace
        case EISDIR: .isDirectory
        case ENOTDIR: .notDirectory
        default: .localFile
        }
    }
}

extension CommunicatorError.Code {
    fileprivate var readingRemedy: String? {
        switch self {
        case .permissionDenied: "Give the user who runs the build the right to read it."
        case .isDirectory: "Name a file, or transfer the directory as a directory."
        case .noSuchFile: "Correct the path, or make the file before it is needed."
        default: nil
        }
    }
}
