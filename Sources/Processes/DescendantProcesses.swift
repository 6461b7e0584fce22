import CProcesses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Every process that this one has started, and theirs.
package enum DescendantProcesses {
    private static let spared = LockedValue<Set<Int32>>([])

    /// Leaves a process, which ends by itself when this one has, out of ``killAll()``.
    package static func spare(_ process: Int32) { _ = spared.withLock { $0.insert(process) } }

    /// Takes ``spare(_:)`` back.
    package static func spareNoMore(_ process: Int32) {
        _ = spared.withLock { $0.remove(process) }
    }

    /// Kills them all at once, without asking, for a program that is about to end.
    ///
    /// Blocks for the time that a few looks at the process table take. Everything in a session that
    /// a child leads counts too, whoever its parent is by now.
    package static func killAll() {
        // Again while there are any: what is being killed may still have started something.
        for _ in 0..<10 {
            guard let living = try? descendants(of: getpid()) else { continue }
            guard !living.isEmpty else { return }
            for process in living { kill(process, SIGKILL) }
        }
    }

    private static func descendants(of ancestor: Int32) throws -> [Int32] {
        let spared = spared.withLock { $0 }
        let entries = try ProcessTable.look().entries.filter { !spared.contains($0.session) }
        let children = Dictionary(grouping: entries) { $0.parent }
        let sessions = Dictionary(grouping: entries) { $0.session }
        var waiting = children[ancestor] ?? []
        var seen: Set<Int32> = [ancestor]
        var living: [Int32] = []
        while let entry = waiting.popLast() {
            guard seen.insert(entry.process).inserted else { continue }
            if entry.is_zombie == 0 { living.append(entry.process) }
            waiting += children[entry.process] ?? []
            if entry.session == entry.process { waiting += sessions[entry.process] ?? [] }
        }
        return living
    }
}
