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
    private let ending: Descriptor
    private let mark: [UInt8]?
    private let hasLeaderEnded: Bool
    /// The sessions that members have made, by their leaders: a child of one that is killed while it
    /// starts one is found by its session, when its parent is gone.
    private var sessions: Set<ProcessIdentity> = []
    private var members: Set<ProcessIdentity> = []
    /// Those that had ended at the last look: what they had started was there by then.
    private var ended: Set<ProcessIdentity> = []
    /// What the last look has seen.
    private var sight = Sight.nothing

    private enum Sight {
        /// Nothing: no descriptor was to be had.
        case nothing
        /// All, but that one ended meanwhile which may have started others before.
        case doubtful
        /// All.
        case everything
    }

    /// How long what was killed may take to end before it is looked for again.
    private static let killTime = Duration.milliseconds(200)
    /// How soon a try is made again where no descriptor was to be had.
    private static let pause = Duration.milliseconds(20)
    /// How often it is looked again where some ended meanwhile: more often, and they are nobody's daemons.
    private static let maximumDoubts = 25

    /// The tree of a session.
    ///
    /// - Parameters:
    ///   - session: Its number, which is nobody else's as long as this is used.
    ///   - ending: Becomes readable when its leader ends.
    ///   - mark: An entry of the environment of all that its leader has started.
    ///   - hasLeaderEnded: Whether its leader had ended before.
    init(session: Int32, ending: Descriptor, mark: [UInt8]?, hasLeaderEnded: Bool) {
        self.session = session
        self.ending = ending
        self.mark = mark
        self.hasLeaderEnded = hasLeaderEnded
    }

    /// TERM, the grace, then KILL until nothing is left or five seconds have passed.
    ///
    /// - Parameter grace: Zero for KILL at once.
    /// - Returns: Whether nothing is left; not when nobody can tell.
    mutating func terminate(grace: Duration) async -> Bool {
        if grace > .zero {
            await scan()
            // A stopped process takes its TERM only when it goes on.
            await signal([SIGTERM, SIGCONT])
            await waitForEnds(until: .now + grace)
        }
        let deadline = ContinuousClock.now + .seconds(5)
        var doubts = 0
        repeat {
            // Again each time: what is being killed may still have started something.
            await scan()
            if members.isEmpty, sight != .nothing {
                guard sight == .doubtful else { return true }
                doubts += 1
                guard doubts < Self.maximumDoubts else { return false }
            }
            _ = kill(-session, SIGKILL)
            await signal([SIGKILL])
            await waitForEnds(until: min(deadline, .now + Self.killTime))
            if members.isEmpty || sight == .nothing { await pause(until: deadline) }
        } while ContinuousClock.now < deadline
        return false
    }

    /// Signals the members, or the session's own group while they are not seen.
    private func signal(_ numbers: [Int32]) async {
        // The oldest first: those that start others.
        let members = members.sorted { $0.start < $1.start }
        _ = try? await ChildProcess.supervisor.run {
            for member in members { member.signal(numbers) }
        }
        guard sight == .nothing else { return }
        for number in numbers { _ = kill(-session, number) }
    }

    /// Waits for the members' ends, one after the other; for the leader's where they are not seen.
    private func waitForEnds(until deadline: ContinuousClock.Instant) async {
        guard sight != .nothing else {
            return await wait(for: [.reading(ending)], until: deadline)
        }
        var left = Array(members)
        while let process = left.last, ContinuousClock.now < deadline {
            do {
                if let end = try process.openEnd() {
                    await wait(for: [.reading(end)], until: deadline)
                }
                left.removeLast()
            } catch {
                await pause(until: deadline)
            }
        }
    }

    /// There is nothing to wait for but a descriptor, which a timer may need too.
    private func pause(until deadline: ContinuousClock.Instant) async {
        await wait(for: [], until: min(deadline, .now + Self.pause))
    }

    private func wait(
        for interests: [DescriptorPoller.Interest],
        until deadline: ContinuousClock.Instant
    ) async {
        _ = try? await DescriptorPoller.shared.wait(for: interests, until: deadline)
    }

    /// Looks who belongs here now.
    private mutating func scan() async {
        sight = .nothing
        guard let table = try? await ChildProcess.supervisor.run({ try ProcessTable.look() })
        else { return }
        let entries = table.entries
        let leaders = Dictionary(entries.map { ($0.process, $0) }) { first, _ in first }
        sessions = sessions.filter { known in
            // The number is another's when another process has it.
            leaders[known.process].map { $0.start == known.start } ?? true
        }
        var found = belonging(entries, marked: [])
        var isCertain = true
        if let mark {
            let others = entries.filter { !found.contains(ProcessIdentity($0)) }
            let start = leaders[session]?.start ?? 0
            let marked = try? await ChildProcess.supervisor.run {
                try ProcessTable.marked(mark, among: others, since: start)
            }
            guard let marked else { return }
            let zombies = entries.filter {
                $0.is_zombie != 0 && $0.start >= start
                    && !(hasLeaderEnded && $0.process == session)
            }
            let before = ended
            ended = Set(zombies.map(ProcessIdentity.init))
            isCertain = marked.isCertain && !table.hasEnded && ended.isSubset(of: before)
            if !marked.processes.isEmpty {
                found = belonging(entries, marked: marked.processes)
            }
        }
        members = found
        for entry in entries where members.contains(ProcessIdentity(entry)) {
            let leader = leaders[entry.session].map(ProcessIdentity.init)
            sessions.insert(leader ?? ProcessIdentity(process: entry.session, start: 0))
        }
        sight = isCertain ? .everything : .doubtful
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
