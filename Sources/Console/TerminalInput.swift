import Processes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads and writes a terminal that is open without blocking.
struct TerminalInput {
    private let terminal: Descriptor

    init(_ terminal: Descriptor) {
        self.terminal = terminal
    }

    /// The next line without its end, or `nil` when the input ends before it does.
    ///
    /// - Throws: `CancellationError`.
    func line() async throws -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            try Task.checkCancellation()
            guard let bytes = read() else {
                _ = try await DescriptorPoller.shared.wait(for: [.reading(terminal)])
                continue
            }
            guard !bytes.isEmpty else { return nil }
            line += bytes
            // A terminal gives a line at most at a time.
            if line.last == UInt8(ascii: "\n") { return line.dropLast() }
        }
    }

    /// Writes all of the text.
    ///
    /// - Throws: `CancellationError`.
    func write(_ text: String) async throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = writeNow(rest)
            guard count != 0 else {
                _ = try await DescriptorPoller.shared.wait(for: [.writing(terminal)])
                continue
            }
            // A terminal that takes nothing any more is told by the next read.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Writes as much of the text as is taken at once.
    func writeNow(_ text: String) { _ = writeNow(Array(text.utf8)[...]) }

    /// How many bytes were taken; -1 when none ever will be.
    private func writeNow(_ bytes: ArraySlice<UInt8>) -> Int {
        let count = terminal.withNumber { number in
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe systemWrite(number, buffer.baseAddress, buffer.count)
            }
        }
        return count ?? -1
    }

    /// Bytes that are there; none at the end; `nil` when nothing is there yet.
    private func read() -> [UInt8]? {
        terminal.withNumber { number -> [UInt8]? in
            var isEarly = false
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 4_096) { buffer, used in
                let count = unsafe systemRead(number, buffer.baseAddress, buffer.count)
                isEarly = count < 0 && isTemporary(errno)
                used = max(count, 0)
            }
            return isEarly ? nil : bytes
        } ?? []
    }
}

private func isTemporary(_ code: Int32) -> Bool {
    code == EAGAIN || code == EWOULDBLOCK || code == EINTR
}

private func systemRead(_ number: Int32, _ start: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(number, start, count)
}

/// 0 for what may work later.
private func systemWrite(_ number: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
    let written = unsafe write(number, start, count)
    return written < 0 && isTemporary(errno) ? 0 : written
}
