import Communicator

/// The transfers that are under way, as a value: what to show of them, and when.
///
/// Transfers of one build and one direction that follow each other closely, such as the files of
/// a directory, are one activity, so that ten thousand small files show as what they are.
struct TransferBoard: Sendable {
    /// Where transfers count together.
    private struct Key: Hashable {
        var target: String
        var direction: TransferProgress.Direction
    }

    typealias Instant = ContinuousClock.Instant

    /// Nothing is shown of what is over sooner.
    static let patience = Duration.seconds(2)
    /// A gap this long between two files makes them two activities.
    private static let gap = Duration.seconds(1)
    /// A transfer that reports nothing for so long has failed without saying so.
    private static let silence = Duration.seconds(60)
    /// Machines are told of each file at most this often.
    private static let eventInterval = Duration.seconds(1)

    private var activities: [Key: TransferActivity] = [:]

    /// Whether nothing is under way.
    var isEmpty: Bool { activities.isEmpty }

    /// Notes a report.
    ///
    /// - Returns: The data of a machine-readable `progress` event when one is due: direction, path,
    ///   bytes done, bytes in all, bytes a second, seconds left; empty where not known.
    mutating func record(
        _ progress: TransferProgress,
        of target: String,
        at now: Instant
    ) -> [String]? {
        let key = Key(target: target, direction: progress.direction)
        expire(at: now)
        var activity = activities[key] ?? TransferActivity(begunAt: now)
        var file = activity.files[progress.path] ?? TransferActivity.File(begunAt: now)
        file.meter.record(progress.completed, at: now)
        file.total = progress.total
        let event = Self.event(progress, file: &file, at: now)
        activity.latest = now
        activity.path = progress.path
        activity.files[progress.path] = file
        activity.meter.record(activity.completed, at: now)
        if progress.isFinished { activity.finish(progress.path) }
        activities[key] = activity
        return event
    }

    /// Forgets a build's unfinished transfers, because the build said that something failed.
    mutating func forget(_ target: String) {
        activities = activities.filter { $0.key.target != target }
    }

    /// What to show on a line of `width` columns, or `nil` when no activity is old enough.
    mutating func line(width: Int, at now: Instant) -> String? {
        expire(at: now)
        let shown =
            activities
            .filter { now - $0.value.begun >= Self.patience && $0.value.isWorthShowing }
            .sorted {
                ($0.key.target, "\($0.key.direction)") < ($1.key.target, "\($1.key.direction)")
            }
        guard !shown.isEmpty else { return nil }
        // The last column stays free: some terminals wrap as soon as it is written.
        let share = max(1, (width - 1 - 3 * (shown.count - 1)) / shown.count)
        let parts = shown.map { key, activity in
            activity.text(target: key.target, direction: key.direction, width: share, at: now)
        }
        return DisplayWidth.head(parts.joined(separator: " | "), columns: max(0, width - 1))
    }

    private mutating func expire(at now: Instant) {
        activities = activities.filter { _, activity in
            now - activity.latest < (activity.files.isEmpty ? Self.gap : Self.silence)
        }
    }

    private static func event(
        _ progress: TransferProgress,
        file: inout TransferActivity.File,
        at now: Instant
    ) -> [String]? {
        let isDue =
            file.announced.map { now - $0 >= eventInterval } ?? (now - file.begun >= patience)
        // The end of what was announced is always told, so that no bar stays at 97 percent.
        guard isDue || (progress.isFinished && file.announced != nil) else { return nil }
        file.announced = now
        let left = file.meter.secondsLeft(of: progress.total, at: now)
        return [
            "\(progress.direction)", progress.path, "\(progress.completed)",
            progress.total.map { "\($0)" } ?? "", "\(file.meter.rate(at: now))",
            left.map { "\($0)" } ?? "",
        ]
    }
}
