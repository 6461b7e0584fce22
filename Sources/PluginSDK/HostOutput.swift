internal import PackerRPC

// The C libraries declare `stdout` as a variable, which nobody changes.
#if canImport(Glibc)
    @unsafe @preconcurrency internal import Glibc
#elseif canImport(Musl)
    @unsafe @preconcurrency internal import Musl
#elseif canImport(Darwin)
    @unsafe @preconcurrency internal import Darwin
#endif

/// The standard output, on which the host waits for one line.
struct HostOutput {
    private let descriptor: Int32

    /// Takes the standard output for the handshake alone: whatever is printed from here on goes to
    /// the standard error.
    ///
    /// - Throws: ``PackerRPCError`` when there is no standard output.
    static func take() throws -> HostOutput {
        let descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        guard descriptor >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else {
            throw PackerRPCError(.handshake, "there is no standard output to tell the host")
        }
        // What was printed before is no handshake either.
        fflush(nil)
        // Line by line: the host ends a plugin without a word, and what waits in a buffer is lost.
        unsafe setvbuf(stdout, nil, _IOLBF, 0)
        return HostOutput(descriptor: descriptor)
    }

    /// Writes the line and lets go of the output.
    ///
    /// - Throws: ``PackerRPCError`` when nobody reads it.
    func write(_ bytes: [UInt8]) throws {
        defer { close(descriptor) }
        do {
            try StandardOutput.write(bytes, to: descriptor)
        } catch {
            throw PackerRPCError(.handshake, "\(error)")
        }
    }
}
