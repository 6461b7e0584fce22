/// Those who wait for something to happen, each kind of occasion with its line.
extension YamuxSession {
    /// A place in the lines of those who wait.
    func ticket() -> WaitingLine.Ticket {
        lastTicket += 1
        return lastTicket
    }

    /// Waits for an occasion; the caller looks again whether it was for it.
    ///
    /// - Throws: `CancellationError`; a wake-up that came at the same time goes to the next in line.
    func wait(for occasion: Occasion, _ ticket: WaitingLine.Ticket) async throws {
        try Task.checkCancellation()
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiting[occasion, default: .init()].add(ticket, $0) }
        } onCancel: {
            // Runs on the actor after the continuation was stored, even if it fires before.
            Task { await self.wake(ticket, for: occasion) }
        }
        guard Task.isCancelled else { return }
        wakeFirst(for: occasion)
        throw CancellationError()
    }

    func waitUncancelled(for occasion: Occasion) async {
        let ticket = ticket()
        await withCheckedContinuation { waiting[occasion, default: .init()].add(ticket, $0) }
    }

    private func wake(_ ticket: WaitingLine.Ticket, for occasion: Occasion) {
        waiting[occasion]?.wake(ticket)
        tidy(occasion)
    }

    func wakeFirst(for occasion: Occasion) {
        waiting[occasion]?.wakeFirst()
        tidy(occasion)
    }

    func wakeAll(for occasion: Occasion) {
        var line = waiting.removeValue(forKey: occasion)
        line?.wakeAll()
    }

    private func tidy(_ occasion: Occasion) {
        if waiting[occasion]?.isEmpty == true { waiting.removeValue(forKey: occasion) }
    }
}
