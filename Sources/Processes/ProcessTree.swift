import CProcesses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The processes of one session and all their descendants, found and ended.
///
/// A process that made a session of its own is found as long as its parents lead to this session;
/// once found it is remembered, whatever becomes of its parents. One whose parents are gone is found by
/// its mark. However many there are, two descriptors are enough.
struct ProcessTree {
    private let session: Int32
    private let mark: [UInt8]?
    /// The sessions that members have made: a child of one that is killed while it starts one is found
    /// by its session, when its parent is gone.
    private var sessions: Set<ProcessIdentity> = []
    private var members: Set<ProcessIdentity> = []

    /// How long what was killed may take to end before it is looked for again.
    private static let killTime = Duration.milliseconds(200)
    /// How soon a try is made again that found no descriptor.
    private static let pause = Duration.milliseconds(20)

    init(session: Int32, mark: [UInt8]? = nil) {
        self.session = session
        self.mark = mark
    }

    /// TERM, the grace, then KILL until nothing is left or five seconds have passed.
    ///
    /// - Returns: Whether nothing is left; not when nobody can tell.
    mutating func terminate(grace: Duration) async -> Bool {
        let isSeen = await scan()
        await signal(SIGTERM, isSeen)
        // A stopped process takes its TERM only when it goes on.
        await signal(SIGCONT, isSeen)
        await waitForEnds(until: .now + grace)
        let deadline = ContinuousClock.now + .seconds(5)
        repeat {
            // Again each time: what is being killed may still have started something.
            let isSeen = await scan()
            if isSeen, members.isEmpty { return true }
            await signal(SIGKILL, isSeen)
            await waitForEnds(until: min(deadline, .now + Self.killTime))
        } while ContinuousClock.now < deadline
        return false
    }

    /// Signals the members, or the session's own group while they are not seen.
    private func signal(_ number: Int32, _ isSeen: Bool) async {
        let members = members
        _ = try? await ChildProcess.supervisor.run {
            for member in members { member.signal(number) }
        }
        if !isSeen { _ = kill(-session, number) }
    }

    /// Waits for the members' ends, one after the other.
    private func waitForEnds(until deadline: ContinuousClock.Instant) async {
        var left = Array(members)
        while let process = left.last, ContinuousClock.now < deadline {
            do {
                if let end = try process.openEnd() {
                    _ = try await DescriptorPoller.shared.wait(
                        for: [.reading(end)],
                        until: deadline
                    )
                }
                left.removeLast()
            } catch {
                // There is nothing to wait for but a descriptor, which a timer may need too.
                let next = min(deadline, .now + Self.pause)
                _ = try? await DescriptorPoller.shared.wait(for: [], until: next)
            }
        }
    }

    /// Looks who belongs here now; whether that could be seen.
    private mutating func scan() async -> Bool {
        guard let (entries, marked) = try? await ProcessTable.entries(marked: mark) else {
            return false
        }
        sessions = sessions.filter { known in
            // The number is another's when another process has it.
            !entries.contains { $0.process == known.process && $0.start != known.start }
        }
        members = belonging(entries, marked: marked)
        for entry in entries where entry.session == entry.process {
            let identity = ProcessIdentity(entry)
            if members.contains(identity) { sessions.insert(identity) }
        }
        return true
    }

    private func belonging(
        _ entries: [cprocesses_entry],
        marked: Set<Int32>
    ) -> Set<ProcessIdentity> {
        let children = Dictionary(grouping: entries) { $0.parent }
        let sessions = Set(sessions.map(\.process)).union([session])
        var waiting = entries.filter {
            sessions.contains($0.session) || marked.contains($0.process)
                || members.contains(ProcessIdentity($0))
        }
        var seen: Set<Int32> = []
        var living: Set<ProcessIdentity> = []
        while let entry = waiting.popLast() {
            guard seen.insert(entry.process).inserted else { continue }
            if entry.is_zombie == 0 { living.insert(ProcessIdentity(entry)) }
            waiting += children[entry.process] ?? []
        }
        return living
    }
}
