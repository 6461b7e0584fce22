internal import ByteStreams
internal import Communicator
internal import Yamux

/// The two outputs of a command as one, in the order in which their pieces arrive.
///
/// At most one piece of each is held: a stream whose reader waits here holds up its sender.
actor MergedOutput {
    private var pieces: [RemoteCmd.OutputChunk] = []
    private var taker: CheckedContinuation<Void, Never>?
    private var givers: [CheckedContinuation<Void, Never>] = []
    private var openStreams: Int
    private var failure: (any Error)?
    private var tasks: [Task<Void, Never>] = []

    init(_ standardOutput: YamuxStream, _ standardError: YamuxStream) async {
        openStreams = 2
        tasks = [
            reading(standardOutput) { .standardOutput($0) },
            reading(standardError) { .standardError($0) },
        ]
    }

    /// The next piece; `nil` when both outputs have ended.
    func next() async throws -> RemoteCmd.OutputChunk? {
        while pieces.isEmpty {
            try Task.checkCancellation()
            if openStreams == 0 {
                if let failure { throw failure }
                return nil
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { taker = $0 }
            } onCancel: {
                Task { await self.wakeTaker() }
            }
        }
        let piece = pieces.removeFirst()
        for giver in givers { giver.resume() }
        givers = []
        return piece
    }

    /// Reads no more.
    func stop() {
        for task in tasks { task.cancel() }
        pieces = []
        openStreams = 0
        failure = failure ?? CancellationError()
        for giver in givers { giver.resume() }
        givers = []
        wakeTaker()
    }

    private func wakeTaker() {
        taker?.resume()
        taker = nil
    }

    /// Takes a piece once there is room for it; whether to go on.
    private func give(_ piece: RemoteCmd.OutputChunk) async -> Bool {
        while pieces.count > 1, !Task.isCancelled {
            await withCheckedContinuation { givers.append($0) }
        }
        guard !Task.isCancelled else { return false }
        pieces.append(piece)
        wakeTaker()
        return true
    }

    private func ended(_ error: (any Error)?) {
        openStreams = max(0, openStreams - 1)
        failure = failure ?? error
        wakeTaker()
    }

    private func reading(
        _ stream: YamuxStream,
        _ wrap: @escaping @Sendable ([UInt8]) -> RemoteCmd.OutputChunk
    ) -> Task<Void, Never> {
        Task { [weak self] in
            var failure: (any Error)?
            do {
                while let bytes = try await stream.read(upTo: CommunicatorEndpoint.pieceSize) {
                    guard await self?.give(wrap(bytes)) == true else { return }
                }
            } catch {
                failure = error
            }
            await self?.ended(failure)
        }
    }
}
