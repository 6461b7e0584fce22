internal import Communicator
internal import Processes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// How often the kernel has killed for want of memory, in the control group of this process and its
/// children, and on the whole machine; to tell that from other kills.
///
/// Source: `memory.events` (cgroup-v2.rst), `memory.oom_control` (cgroup-v1/memory.rst), `oom_kill` in
/// `/proc/vmstat`. Where none of them can be read nothing is known.
struct MemoryKills: Sendable {
    private let before = Self.count()

    /// What to do about an end that the want of memory explains; `nil` for any other.
    func remedy(for end: ChildProcess.End) -> String? {
        guard end == .signaled(SIGKILL) else { return nil }
        guard let before, let now = Self.count(), now > before else {
            return "Something outside killed it; the kernel's log (dmesg) tells if memory ran out."
        }
        return "The kernel killed for want of memory meanwhile: give the build more."
    }

    private static func count() -> Int? {
        let lines = ["/proc/vmstat", ownEvents].compactMap { path in path.flatMap(contents) }
            .flatMap { $0.split(separator: "\n") }
        let counts = lines.compactMap { line -> Int? in
            let fields = line.split(separator: " ")
            return fields.count == 2 && fields[0] == "oom_kill" ? Int(fields[1]) : nil
        }
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    /// Where the kernel counts for this process's control group.
    private static var ownEvents: String? {
        guard let groups = contents("/proc/self/cgroup") else { return nil }
        for line in groups.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            if fields[0] == "0", fields[1].isEmpty {
                return "/sys/fs/cgroup\(fields[2])/memory.events"
            }
            if fields[1].split(separator: ",").contains("memory") {
                return "/sys/fs/cgroup/memory\(fields[2])/memory.oom_control"
            }
        }
        return nil
    }

    private static func contents(_ path: String) -> String? {
        guard let file = try? LocalFileReader(opening: BytePath(path)),
            let bytes = try? file.read(at: 0, count: 65_536)
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
