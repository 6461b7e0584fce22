internal import Deadlines
internal import PackerRPC
internal import Processes

/// Reads the first line of a plugin's output.
struct HandshakeReader: Sendable {
    let child: ChildProcess

    /// What came instead of a line.
    enum Failure: Error {
        /// Nothing, for too long; what was said without an end of a line.
        case late([UInt8])
        /// The output's end, or the plugin's own.
        case ended([UInt8])
    }

    /// How long what a plugin has written may take to be here once it has ended.
    private static let remainderTime = Duration.seconds(1)

    /// The line, of which ``HandshakeLine/maximumSize`` bytes are enough to refuse it.
    ///
    /// Ends with the plugin itself, also where something that it started holds its output open.
    ///
    /// - Throws: ``Failure``; `CancellationError`; what reading throws.
    func line(within limit: Duration) async throws -> [UInt8] {
        let said = LockedValue<[UInt8]>([])
        let child = child
        return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await Self.read(child, into: said) }
            group.addTask {
                try await AwakeTime.sleep(for: limit)
                throw Failure.late(said.withLock { $0 })
            }
            group.addTask {
                _ = try await child.wait()
                try await AwakeTime.sleep(for: Self.remainderTime)
                throw Failure.ended(said.withLock { $0 })
            }
            while let line = try await group.next() {
                if let line { return line }
            }
            throw Failure.ended(said.withLock { $0 })
        }
    }

    private static func read(
        _ child: ChildProcess,
        into said: LockedValue<[UInt8]>
    ) async throws -> [UInt8] {
        while let bytes = try await child.standardOutput?.read(upTo: 4096) {
            let line: [UInt8]? = said.withLock { said in
                said += bytes
                if let end = said.firstIndex(of: 0x0A) { return Array(said[..<end]) }
                return said.count > HandshakeLine.maximumSize ? said : nil
            }
            if let line { return line }
        }
        throw Failure.ended(said.withLock { $0 })
    }
}
