import Components
import Processes
import SSHCommunicator

/// Tells the user why SSH is not there yet, or not yet again; as long as the communicator lives.
final class SSHWaitingReports: Sendable {
    private let ui: any UserInterface
    private let state = LockedValue((lines: SSHWaitingLines(), last: Task<Void, Never>?.none))

    init(_ ui: any UserInterface) {
        self.ui = ui
    }

    /// Takes what is known after a failed attempt; shows it behind what was taken before.
    func add(_ waiting: SSHWaiting) {
        state.withLock { [ui] state in
            guard let line = state.lines.line(for: waiting) else { return }
            state.last = Task { [previous = state.last] in
                await previous?.value
                await ui.message(line)
            }
        }
    }

    /// Suspends until all that was taken is shown.
    func shown() async {
        await state.withLock { $0.last }?.value
    }
}
