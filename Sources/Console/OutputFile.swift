#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a ``Screen``'s bytes go.
public protocol OutputSink: Sendable {
    /// Writes all of the bytes; may block for as long as the reader does not read.
    ///
    /// - Throws: ``OutputClosed`` when nobody will ever read them.
    func write(_ bytes: [UInt8]) throws
}

/// The reader of the output is gone, or its disk is full; carries the system's words.
public struct OutputClosed: Error, Sendable, CustomStringConvertible {
    /// What the system said.
    public let reason: String

    /// A closed output, for a reason in the system's words.
    public init(reason: String) {
        self.reason = reason
    }

    /// What failed and why.
    public var description: String { "writing the output failed: \(reason)" }
}

/// An open file descriptor as a sink; it does not close it.
///
/// The process must have a handler for SIGPIPE or ignore it.
public struct OutputFile: OutputSink {
    private let descriptor: Int32

    /// The process's standard output.
    public static let standardOutput = OutputFile(descriptor: 1)
    /// The process's standard error.
    public static let standardError = OutputFile(descriptor: 2)

    /// A sink over an open descriptor.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Writes all of the bytes, in as many calls as it takes.
    public func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe systemWrite(descriptor, buffer.baseAddress, buffer.count)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: try waitUntilWritable()
            default: throw OutputClosed(reason: Self.reason(errno))
            }
        }
    }

    /// Blocks until nobody can read the output any more: the pipe's reader or the terminal is gone.
    ///
    /// A program that writes nothing would not learn it from ``write(_:)``. Of a file, for ever.
    public func waitUntilClosed() {
        let ends = Int16(POLLERR) | Int16(POLLHUP)
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        while true {
            let count = unsafe poll(&entry, 1, -1)
            if count > 0, entry.revents & ends != 0 { return }
            if count > 0 { entry.fd = -1 }
        }
    }

    /// Whether the descriptor is a terminal.
    public var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The terminal's width in columns, or `nil` when there is none to ask.
    public var width: Int? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Someone else's O_NONBLOCK on a shared descriptor must not lose lines.
    private func waitUntilWritable() throws {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&entry, 1, -1) >= 0 || errno == EINTR else {
            throw OutputClosed(reason: Self.reason(errno))
        }
    }

    private static func reason(_ code: Int32) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}

/// `write(2)` under a name that the method of the same name does not hide.
private func systemWrite(
    _ descriptor: Int32,
    _ start: UnsafeRawPointer?,
    _ count: Int
) -> Int {
    unsafe write(descriptor, start, count)
}
