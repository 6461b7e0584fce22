internal import Communicator
internal import Components
internal import NetRPC

/// The transfers that the other side reports on: each is an endpoint of its own, `Ui` with its id.
actor ProgressTrackers {
    private let ui: any UserInterface
    private weak var server: NetRPCServer?
    private var trackers: [String: TransferProgress] = [:]

    /// The server has this endpoint, and so is not held by it.
    init(_ ui: any UserInterface, _ server: NetRPCServer) {
        self.ui = ui
        self.server = server
    }

    func add(_ arguments: UserInterfaceEndpoint.TrackArguments) async throws -> String {
        guard trackers.count < UserInterfaceEndpoint.maximumTrackers else {
            throw NetRPCError(.server, "\(trackers.count) transfers are followed already")
        }
        guard arguments.source.utf8.count <= UserInterfaceEndpoint.maximumSource else {
            throw NetRPCError(
                .server,
                "the transfer's name has \(arguments.source.utf8.count) bytes"
            )
        }
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        let suffix = String((0..<6).map { _ in letters[Int.random(in: 0..<letters.count)] })
        let id = arguments.source + suffix
        guard trackers[id] == nil else {
            throw NetRPCError(.server, "the transfer \(id) is followed already")
        }
        trackers[id] = TransferProgress(
            direction: .upload,
            path: arguments.source,
            completed: UInt64(clamping: arguments.currentSize),
            total: arguments.totalSize > 0 ? UInt64(arguments.totalSize) : nil,
            isFinished: false
        )
        try await server?.register("Ui\(id).Add") { [weak self] (count: Int64) in
            await self?.advance(id, by: count)
        }
        try await server?.register("Ui\(id).Close") { [weak self] (_: NetRPCNothing) in
            await self?.close(id)
        }
        return id
    }

    private func advance(_ id: String, by count: Int64) {
        guard var progress = trackers[id] else { return }
        let (sum, isOver) = progress.completed.addingReportingOverflow(UInt64(clamping: count))
        progress.completed = isOver ? .max : sum
        trackers[id] = progress
        ui.report(progress)
    }

    private func close(_ id: String) async {
        await server?.unregister(service: "Ui\(id)")
        guard var progress = trackers.removeValue(forKey: id) else { return }
        progress.isFinished = true
        ui.report(progress)
    }
}
