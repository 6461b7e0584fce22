import CProcesses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The three streams of a child to be: its own ends, and this side's.
///
/// The child's ends are closed on this side when the value goes away.
struct ChildStreams {
    private(set) var input: PipeWriter?
    private(set) var output: PipeReader?
    private(set) var error: PipeReader?
    private(set) var childNumbers: (Int32, Int32, Int32) = (-1, -1, -1)
    private var childEnds: [Descriptor] = []

    init(_ specification: ProcessSpecification) throws {
        if let size = specification.terminal {
            try openTerminal(size)
            return
        }
        switch specification.standardInput {
        case .null: break
        case .inherit: childNumbers.0 = 0
        case .pipe:
            let (read, write) = try pipe()
            childNumbers.0 = keep(read)
            input = PipeWriter(write)
        }
        (childNumbers.1, output) = try openOutput(specification.standardOutput, inherited: 1)
        (childNumbers.2, error) = try openOutput(specification.standardError, inherited: 2)
    }

    private mutating func openOutput(
        _ choice: ProcessSpecification.Output,
        inherited: Int32
    ) throws -> (Int32, PipeReader?) {
        switch choice {
        case .null: return (-1, nil)
        case .inherit: return (inherited, nil)
        case .pipe:
            let (read, write) = try pipe()
            return (keep(write), PipeReader(read))
        }
    }

    private mutating func openTerminal(_ size: ProcessSpecification.TerminalSize) throws {
        var controller: Int32 = -1
        var terminal: Int32 = -1
        let result = unsafe cprocesses_terminal(
            &controller,
            &terminal,
            Int32(size.rows),
            Int32(size.columns)
        )
        guard result == 0 else {
            throw PipeError("opening a pseudo-terminal", number: -result)
        }
        let number = keep(Descriptor(owning: terminal))
        childNumbers = (number, number, number)
        output = PipeReader(Descriptor(owning: controller))
        let copy = fcntl(controller, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw PipeError("opening a pseudo-terminal", number: errno) }
        input = PipeWriter(Descriptor(owning: copy))
    }

    private mutating func keep(_ descriptor: Descriptor) -> Int32 {
        childEnds.append(descriptor)
        return descriptor.withNumber { $0 } ?? -1
    }

    private func pipe() throws -> (read: Descriptor, write: Descriptor) {
        var ends: [Int32] = [-1, -1]
        let result = unsafe ends.withUnsafeMutableBufferPointer { buffer in
            unsafe cprocesses_pipe(buffer.baseAddress)
        }
        guard result == 0 else { throw PipeError("making a pipe", number: -result) }
        return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    }
}
