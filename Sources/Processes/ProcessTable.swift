import CProcesses

/// The processes of this machine, as far as this one can see them.
enum ProcessTable {
    /// The table could not be read, or not whole: nobody knows then who is missing.
    struct Unreadable: Error {
        /// The `errno` value; `EMFILE` where this process has no descriptor left.
        let number: Int32
    }

    /// All processes; blocks for a moment.
    ///
    /// - Throws: ``Unreadable``.
    static func entries() throws -> [cprocesses_entry] {
        var entries = [cprocesses_entry](repeating: cprocesses_entry(), count: 1024)
        while true {
            let count = unsafe cprocesses_list(&entries, entries.count)
            guard count >= 0 else { throw Unreadable(number: Int32(-count)) }
            guard count > entries.count else { return Array(entries.prefix(count)) }
            entries = [cprocesses_entry](repeating: cprocesses_entry(), count: count + count / 4)
        }
    }

    /// The numbers of those that have a mark; blocks for each.
    ///
    /// - Throws: ``Unreadable``.
    static func marked(
        _ mark: [UInt8],
        among entries: [cprocesses_entry]
    ) throws -> Set<Int32> {
        let living = entries.filter { $0.is_zombie == 0 }.map(\.process)
        return Set(try living.filter { try MarkedProcess.has(mark, $0) })
    }
}
