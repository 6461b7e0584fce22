import Communicator
import Deadlines

/// When a program on the far side must have said its first word.
///
/// It is the limit that the greeting of an SFTP server has. What comes behind it has none, as with
/// SFTP: a disk may be slow, and the keepalive of the connection finds a dead peer.
struct AnswerDeadline: Sendable {
    /// The time passed and nothing was said.
    struct Passed: Error, CustomStringConvertible {
        let limit: Duration
        var description: String { "it said nothing within \(limit)" }
    }

    /// How long a program may take unless something else is said.
    static let usualLimit = SSHConnection.answerLimit

    private let limit: Duration
    private let end: ContinuousClock.Instant

    /// A time that begins now.
    init(_ limit: Duration) {
        self.limit = limit
        end = .now.advanced(by: limit)
    }

    /// The next output, `nil` at its end.
    ///
    /// - Throws: ``Passed``.
    func next(_ output: RemoteCmd.Output) async throws -> RemoteCmd.OutputChunk? {
        let left = ContinuousClock.now.duration(to: end)
        return try await withDeadline(left, throwing: Passed(limit: limit)) {
            var chunks = output.makeAsyncIterator()
            return try await chunks.next()
        }
    }
}
