internal import PackerRPC
internal import SocketStreams

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
        try writeOnly(bytes)
    }

    /// Writes the line and goes on over the same output, and the process's input, which is empty from
    /// then on.
    ///
    /// - Throws: ``PackerRPCError`` when nobody reads it; `SocketError` when input or output is a file.
    func writeAndContinue(_ bytes: [UInt8]) async throws -> SocketStream {
        let input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
        let nothing = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard input >= 0, nothing >= 0, dup2(nothing, STDIN_FILENO) >= 0 else {
            throw PackerRPCError(.handshake, "there is no standard input to hear the host on")
        }
        close(nothing)
        try writeOnly(bytes)
        return try await SocketStream.over(input: input, output: descriptor)
    }

    private func writeOnly(_ bytes: [UInt8]) throws {
        do {
            try StandardOutput.write(bytes, to: descriptor)
        } catch {
            throw PackerRPCError(.handshake, "\(error)")
        }
    }
}
