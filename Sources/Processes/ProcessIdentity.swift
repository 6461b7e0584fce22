import CProcesses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One process of this machine, told from a later one with the same number by when it was started.
struct ProcessIdentity: Hashable {
    /// Its number.
    let process: Int32
    /// When it was started; the unit is the system's.
    let start: UInt64

    init(_ entry: cprocesses_entry) {
        self.init(process: entry.process, start: entry.start)
    }

    init(process: Int32, start: UInt64) {
        self.process = process
        self.start = start
    }

    /// A descriptor that can be read once it has ended; `nil` when it has.
    ///
    /// - Throws: ``ProcessTable/Unreadable`` where no descriptor can be had.
    func openEnd() throws -> Descriptor? {
        let number = cprocesses_open_end(process)
        guard number >= 0 else {
            if number == -ESRCH { return nil }
            throw ProcessTable.Unreadable(number: -number)
        }
        let end = Descriptor(owning: number)
        // Only an open end pins a number: it may have gone to another process before.
        var entry = cprocesses_entry()
        let found = unsafe cprocesses_look(process, &entry)
        guard found >= 0 else { throw ProcessTable.Unreadable(number: -found) }
        return found > 0 && ProcessIdentity(entry) == self ? end : nil
    }

    /// Sends it signals; does nothing when it has ended, or no descriptor can be had.
    func signal(_ numbers: [Int32]) {
        guard let end = try? openEnd() else { return }
        for number in numbers {
            _ = end.withNumber { cprocesses_signal($0, process, number) }
        }
    }
}
