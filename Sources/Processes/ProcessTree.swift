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
/// once found it is remembered by number and start time, whatever becomes of its parents. One whose
/// parents are gone is found by its mark.
struct ProcessTree {
    private struct Identity: Hashable {
        var process: Int32
        var start: UInt64
    }

    private struct Member {
        var identity: Identity
        var ending: Descriptor
    }

    private let session: Int32
    private let mark: [UInt8]?
    /// The sessions that members have made: a child of one that is killed while it starts one is found
    /// by its session, when its parent is gone.
    private var sessions: Set<Identity> = []
    private var members: [Identity: Member] = [:]

    init(session: Int32, mark: [UInt8]? = nil) {
        self.session = session
        self.mark = mark
    }

    /// TERM, the grace, then KILL until nothing is left or five seconds have passed.
    mutating func terminate(grace: Duration) async -> Bool {
        await scan()
        signal(SIGTERM)
        // A stopped process takes its TERM only when it goes on.
        signal(SIGCONT)
        await waitForEnds(until: .now + grace)
        let deadline = ContinuousClock.now + .seconds(5)
        repeat {
            // Again each time: what is being killed may still have started something.
            await scan()
            if members.isEmpty { return true }
            signal(SIGKILL)
            await waitForEnds(until: deadline)
        } while ContinuousClock.now < deadline
        return false
    }

    private func signal(_ number: Int32) {
        for member in members.values {
            _ = member.ending.withNumber {
                cprocesses_signal($0, member.identity.process, number)
            }
        }
    }

    private func waitForEnds(until deadline: ContinuousClock.Instant) async {
        for member in members.values {
            _ = try? await DescriptorPoller.shared.wait(
                for: [.reading(member.ending)],
                until: deadline
            )
        }
    }

    private mutating func scan() async {
        let entries = await Self.list()
        sessions = sessions.filter { known in
            // The number is another's when another process has it.
            !entries.contains { $0.process == known.process && $0.start != known.start }
        }
        let found = belonging(entries, marked: await marked(entries))
        for entry in entries where entry.session == entry.process {
            let identity = Self.identity(entry)
            if found.contains(identity) { sessions.insert(identity) }
        }
        members = members.filter { found.contains($0.key) }
        var opened: [Identity: Member] = [:]
        for identity in found where members[identity] == nil {
            let number = cprocesses_open_end(identity.process)
            guard number >= 0 else { continue }
            opened[identity] = Member(identity: identity, ending: Descriptor(owning: number))
        }
        guard !opened.isEmpty else { return }
        // Only an open end pins a number: it may have gone to another process since the list.
        let present = Set(await Self.list().map(Self.identity))
        members.merge(opened.filter { present.contains($0.key) }) { known, _ in known }
    }

    /// The numbers of the processes that have the mark.
    private func marked(_ entries: [cprocesses_entry]) async -> Set<Int32> {
        guard let mark else { return [] }
        let numbers = entries.filter { $0.is_zombie == 0 }.map(\.process)
        let found = try? await ChildProcess.supervisor.run {
            numbers.filter { MarkedProcess.has(mark, $0) }
        }
        return Set(found ?? [])
    }

    private func belonging(
        _ entries: [cprocesses_entry],
        marked: Set<Int32>
    ) -> Set<Identity> {
        let children = Dictionary(grouping: entries) { $0.parent }
        let sessions = Set(sessions.map(\.process)).union([session])
        var waiting = entries.filter {
            sessions.contains($0.session) || marked.contains($0.process)
                || members[Self.identity($0)] != nil
        }
        var seen: Set<Int32> = []
        var living: Set<Identity> = []
        while let entry = waiting.popLast() {
            guard seen.insert(entry.process).inserted else { continue }
            if entry.is_zombie == 0 { living.insert(Self.identity(entry)) }
            waiting += children[entry.process] ?? []
        }
        return living
    }

    private static func identity(_ entry: cprocesses_entry) -> Identity {
        Identity(process: entry.process, start: entry.start)
    }

    private static func list() async -> [cprocesses_entry] {
        (try? await ChildProcess.supervisor.run { listNow() }) ?? []
    }

    static func listNow() -> [cprocesses_entry] {
        var entries = [cprocesses_entry](repeating: cprocesses_entry(), count: 1024)
        while true {
            let count = unsafe cprocesses_list(&entries, entries.count)
            guard count > entries.count else { return Array(entries.prefix(max(count, 0))) }
            entries = [cprocesses_entry](repeating: cprocesses_entry(), count: count + count / 4)
        }
    }
}
