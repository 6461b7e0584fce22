/// The requests whose replies are out, each with what waits for it.
package struct RequestsInFlight<Waiter> {
    private var waiters: [UInt32: Waiter] = [:]
    private var lastID: UInt32

    /// No requests; the first id follows `lastID`.
    package init(lastID: UInt32 = 0) {
        self.lastID = lastID
    }

    /// How many replies are out.
    package var count: Int { waiters.count }

    /// Remembers a waiter under an id that no other request in flight has.
    package mutating func add(_ waiter: Waiter) -> UInt32 {
        repeat { lastID &+= 1 } while waiters[lastID] != nil
        waiters[lastID] = waiter
        return lastID
    }

    /// Gives back the waiter for an id, once; `nil` for an id that is not in flight.
    package mutating func take(_ id: UInt32) -> Waiter? {
        waiters.removeValue(forKey: id)
    }

    /// Forgets all requests.
    package mutating func removeAll() {
        waiters.removeAll()
    }
}
