import CProcesses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ChildProcess {
    /// The thread of all spawns.
    ///
    /// A child that dies with its parent is killed when the *thread*
    /// that started it ends, so this one lives as long as the process.
    static let supervisor = WorkerThread()

    /// Starts a child: in its own session, with default signal handling and no descriptors but its
    /// three.
    ///
    /// The cost does not depend on how much memory this process has: nothing of it is copied.
    ///
    /// - Throws: ``SpawnError`` when the child was not started; ``PipeError`` when there was no
    ///   descriptor left for its pipes.
    package static func spawn(_ specification: ProcessSpecification) async throws -> ChildProcess {
        try await supervisor.run { try start(specification) }
    }

    /// Waits until no child that is being started holds what this process had open before the call.
    ///
    /// Between its making and its `execve` a child has all descriptors; a file that one of them
    /// writes to cannot be executed (`ETXTBSY`). After a script was written and closed, this makes it
    /// fit to be run.
    package static func waitForStarts() async {
        _ = try? await supervisor.run {}
    }

    private static func start(_ specification: ProcessSpecification) throws -> ChildProcess {
        let streams = try ChildStreams(specification)
        let spawned = try execute(specification, streams.childNumbers)
        return ChildProcess(
            processID: spawned.process,
            mark: specification.mark,
            ending: Descriptor(owning: spawned.end_descriptor),
            standardInput: streams.input,
            standardOutput: streams.output,
            standardError: streams.error
        )
    }

    private static func execute(
        _ specification: ProcessSpecification,
        _ descriptors: (Int32, Int32, Int32)
    ) throws -> cprocesses_spawned {
        let candidates = candidates(for: specification)
        let texts =
            candidates + specification.arguments + (specification.environment ?? [])
            + [specification.executable, specification.workingDirectory ?? []]
        guard !texts.contains(where: { $0.contains(0) }) else {
            throw SpawnError(
                reason: .invalidArgument,
                number: 0,
                path: text(specification.executable)
            )
        }
        // A closed file is the candidate's failure, not its execution.
        let file = try specification.file?.duplicate()
        defer { file?.close() }
        let (number, spawned) = clone(
            specification,
            candidates,
            file?.withNumber { $0 } ?? -1,
            descriptors
        )
        guard number == 0 else {
            throw failure(number, spawned, specification, candidates)
        }
        return spawned
    }

    /// Makes the child of an open file, or of the first candidate that can be executed: 0, or an `errno`.
    private static func clone(
        _ specification: ProcessSpecification,
        _ candidates: [[UInt8]],
        _ file: Int32,
        _ descriptors: (Int32, Int32, Int32)
    ) -> (Int32, cprocesses_spawned) {
        var spawned = cprocesses_spawned()
        let number = unsafe withStrings(candidates) { candidates in
            unsafe withStrings([specification.executable] + specification.arguments) { arguments in
                unsafe withStrings(specification.environment ?? []) { environment in
                    unsafe withStrings(specification.workingDirectory.map { [$0] } ?? []) { place in
                        var request = unsafe cprocesses_request()
                        unsafe request.candidates = candidates
                        unsafe request.file = file
                        unsafe request.arguments = arguments
                        unsafe request.environment =
                            specification.environment == nil
                            ? cprocesses_environment() : environment
                        unsafe request.working_directory = place.pointee
                        unsafe request.descriptors = descriptors
                        unsafe request.dies_with_parent = specification.diesWithParent ? 1 : 0
                        unsafe request.controls_terminal = specification.terminal == nil ? 0 : 1
                        unsafe request.open_files = specification.limits.openFiles ?? -1
                        unsafe request.processes = specification.limits.processes ?? -1
                        unsafe request.core_bytes = specification.limits.coreBytes ?? -1
                        return unsafe cprocesses_spawn(&request, &spawned)
                    }
                }
            }
        }
        return (number, spawned)
    }

    /// The paths that `PATH` gives for a name (POSIX XBD 8.3), or the path itself.
    private static func candidates(for specification: ProcessSpecification) -> [[UInt8]] {
        let name = specification.executable
        guard !name.contains(0x2F), !name.isEmpty else { return [name] }
        return searchPath(of: specification).split(
            separator: 0x3A,
            omittingEmptySubsequences: false
        ).map { $0.isEmpty ? name : $0 + [0x2F] + name }
    }

    private static func searchPath(of specification: ProcessSpecification) -> [UInt8] {
        let prefix = Array("PATH=".utf8)
        if let environment = specification.environment {
            let entry = environment.first { $0.starts(with: prefix) }
            return entry.map { Array($0.dropFirst(prefix.count)) } ?? Array("/usr/bin:/bin".utf8)
        }
        guard let value = unsafe getenv("PATH") else { return Array("/usr/bin:/bin".utf8) }
        return unsafe Array(String(cString: value).utf8)
    }

    private static func failure(
        _ number: Int32,
        _ spawned: cprocesses_spawned,
        _ specification: ProcessSpecification,
        _ candidates: [[UInt8]]
    ) -> SpawnError {
        let step = Int(spawned.failed_step)
        if step == cprocesses_step_directory {
            return SpawnError(
                reason: .workingDirectory,
                number: number,
                path: text(specification.workingDirectory ?? [])
            )
        }
        guard step == cprocesses_step_execute else {
            return SpawnError(reason: .system, number: number, path: text(specification.executable))
        }
        let index = Int(spawned.failed_candidate)
        let isRefused = number == EACCES && candidates.indices.contains(index)
        return SpawnError(
            reason: reason(number),
            number: number,
            path: text(isRefused ? candidates[index] : specification.executable)
        )
    }

    private static func reason(_ number: Int32) -> SpawnError.Reason {
        switch number {
        case ENOENT, ENOTDIR: .notFound
        case EACCES, EPERM: .permissionDenied
        case ENOEXEC: .notExecutable
        case E2BIG: .argumentsTooLong
        default: .system
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

/// Gives `body` the texts as C has them: a list of NUL-ended strings that ends with NULL.
private func withStrings<Value>(
    _ texts: [[UInt8]],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
    var bytes: [CChar] = []
    bytes.reserveCapacity(texts.reduce(1) { $0 + $1.count + 1 })
    var starts: [Int] = []
    for text in texts {
        starts.append(bytes.count)
        bytes += text.map { CChar(bitPattern: $0) }
        bytes.append(0)
    }
    return unsafe bytes.withUnsafeBufferPointer { buffer in
        var list: [UnsafePointer<CChar>?] = unsafe starts.map { start in
            unsafe buffer.baseAddress.map { unsafe $0 + start }
        }
        unsafe list.append(nil)
        return unsafe list.withUnsafeBufferPointer { list in
            // Never nil: the list has at least its end.
            unsafe withUnsafePointer(to: nil) { empty in
                unsafe body(list.baseAddress ?? empty)
            }
        }
    }
}
