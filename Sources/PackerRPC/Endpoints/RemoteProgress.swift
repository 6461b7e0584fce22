internal import Communicator
internal import Deadlines
internal import NetRPC
internal import Processes

/// Sends how far transfers are, without making them wait: of many reports on a file the last counts.
final class RemoteProgress: Sendable {
    private struct State {
        /// The newest report of each file that has not been sent, in the order of the files.
        var reports: [(path: String, report: TransferProgress)] = []
        var isEnding = false
    }

    /// A transfer that the other side follows.
    private struct Tracker {
        var id: String
        var completed: UInt64
    }

    /// How long the last reports may take: nothing depends on them.
    private static let finishTime = Duration.seconds(5)

    private let state = LockedValue(State())
    private let bell: AsyncStream<Void>.Continuation
    private let sending: Task<Void, Never>

    init(_ client: NetRPCClient) {
        let bells: AsyncStream<Void>
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        sending = Task { [state] in
            var trackers: [String: Tracker] = [:]
            for await _ in bells {
                while let report = Self.next(of: state) {
                    await Self.send(report, &trackers, client)
                }
            }
            for tracker in trackers.values { _ = try? await client.call("Ui\(tracker.id).Close") }
        }
    }

    deinit {
        bell.finish()
        sending.cancel()
    }

    func report(_ report: TransferProgress) {
        state.withLock { state in
            if let place = state.reports.lastIndex(where: { $0.path == report.path }),
                !state.reports[place].report.isFinished
            {
                state.reports[place].report = report
            } else if state.reports.count < UserInterfaceEndpoint.maximumTrackers {
                state.reports.append((report.path, report))
            }
        }
        bell.yield()
    }

    func finish() async {
        bell.finish()
        let limit = Task { [sending] in
            try await AwakeTime.sleep(for: Self.finishTime)
            sending.cancel()
        }
        await sending.value
        limit.cancel()
    }

    private static func next(of state: LockedValue<State>) -> TransferProgress? {
        state.withLock { $0.reports.isEmpty ? nil : $0.reports.removeFirst().report }
    }

    private static func send(
        _ report: TransferProgress,
        _ trackers: inout [String: Tracker],
        _ client: NetRPCClient
    ) async {
        if trackers[report.path] == nil {
            guard trackers.count < UserInterfaceEndpoint.maximumTrackers else { return }
            let arguments = UserInterfaceEndpoint.TrackArguments(
                source: report.path,
                totalSize: Int64(clamping: report.total ?? 0),
                currentSize: 0
            )
            let id = try? await client.call(
                UserInterfaceEndpoint.newTrackProgress,
                arguments,
                returning: String.self
            )
            guard let id else { return }
            trackers[report.path] = Tracker(id: id, completed: 0)
        }
        guard let tracker = trackers[report.path] else { return }
        if report.completed > tracker.completed {
            let more = Int64(clamping: report.completed - tracker.completed)
            _ = try? await client.call("Ui\(tracker.id).Add", more)
            trackers[report.path]?.completed = report.completed
        }
        if report.isFinished {
            _ = try? await client.call("Ui\(tracker.id).Close")
            trackers[report.path] = nil
        }
    }
}
