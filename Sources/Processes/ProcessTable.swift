import CProcesses

/// The processes of this machine, as far as this one can see them.
enum ProcessTable {
    /// The table could not be read, or not whole: nobody knows then who is missing.
    struct Unreadable: Error {
        /// The `errno` value; `EMFILE` where this process has no descriptor left.
        let number: Int32
    }

    /// All processes, and whether another one ended before it could be looked at; blocks for a moment.
    ///
    /// - Throws: ``Unreadable``.
    static func look() throws -> (entries: [cprocesses_entry], hasEnded: Bool) {
        var entries = [cprocesses_entry](repeating: cprocesses_entry(), count: 1024)
        while true {
            var ended: Int32 = 0
            let count = unsafe cprocesses_list(&entries, entries.count, &ended)
            guard count >= 0 else { throw Unreadable(number: Int32(-count)) }
            guard count > entries.count else { return (Array(entries.prefix(count)), ended != 0) }
            entries = [cprocesses_entry](repeating: cprocesses_entry(), count: count + count / 4)
        }
    }

    /// Finds the processes that have a mark; blocks for each.
    ///
    /// - Parameters:
    ///   - mark: The entry of an environment.
    ///   - entries: Who may have it.
    ///   - start: When the first was started that can have it.
    /// - Returns: Their numbers; not certain when one that may have it ended meanwhile, as nobody knows
    ///   what it has started before.
    /// - Throws: ``Unreadable``.
    static func marked(
        _ mark: [UInt8],
        among entries: [cprocesses_entry],
        since start: UInt64
    ) throws -> (processes: Set<Int32>, isCertain: Bool) {
        var processes: Set<Int32> = []
        var isCertain = true
        for entry in entries where entry.is_zombie == 0 && entry.start >= start {
            switch try MarkedProcess.has(mark, entry.process) {
            case true?: processes.insert(entry.process)
            case false?: break
            case nil: isCertain = false
            }
        }
        return (processes, isCertain)
    }
}
