extension RemoteCmd {
    /// A command while it runs; good only inside the body of `run`.
    public struct Execution: Sendable {
        private let session: any CommandSession

        /// An execution over what a communicator has started.
        public init(_ session: any CommandSession) {
            self.session = session
        }

        /// Both outputs, in the order in which they arrived.
        ///
        /// Reading is what lets the command go on: a command that nobody reads blocks once the
        /// transport's window is full. One task reads at a time.
        public var output: Output { Output(session: session) }

        /// Writes to the command's standard input; returns when more can be taken.
        ///
        /// Only for ``RemoteCmd/StandardInput/body``. A command that has closed its input, or has
        /// ended, swallows the bytes: that is not an error.
        public func write(_ bytes: [UInt8]) async throws {
            try await session.writeInput(bytes)
        }

        /// Ends the command's standard input.
        public func finishInput() async throws {
            try await session.finishInput()
        }
    }

    /// A piece of output; never empty.
    public enum OutputChunk: Sendable, Equatable {
        /// Bytes of standard output.
        case standardOutput([UInt8])
        /// Bytes of standard error.
        case standardError([UInt8])
    }

    /// The output of a command as a sequence; it ends when both streams have ended.
    public struct Output: AsyncSequence, Sendable {
        /// What the sequence is made of.
        public typealias Element = OutputChunk
        fileprivate let session: any CommandSession

        /// Starts reading where the last iterator stopped.
        public func makeAsyncIterator() -> Iterator { Iterator(session: session) }

        /// Pulls one chunk at a time; nothing is read ahead.
        public struct Iterator: AsyncIteratorProtocol {
            fileprivate let session: any CommandSession

            /// The next chunk, or `nil` when both streams have ended.
            public mutating func next() async throws -> OutputChunk? {
                try await session.nextOutput()
            }
        }
    }
}

/// What a communicator gives for a started command; the scope around it is shared by all.
///
/// Implement this to write a communicator, then call ``withSession(_:for:_:)`` from `run`.
public protocol CommandSession: Sendable {
    /// The next output, or `nil` when both streams have ended or the connection has.
    func nextOutput() async throws -> RemoteCmd.OutputChunk?

    /// Takes bytes for the standard input; suspends while the command does not read.
    func writeInput(_ bytes: [UInt8]) async throws

    /// Ends the standard input; a second call does nothing.
    func finishInput() async throws

    /// Waits for the end of the command once its output has ended.
    ///
    /// - Returns: The status, for ``RemoteCmd/ExitStatus/disconnected`` with the reason.
    func waitForExit() async throws -> RemoteCmd.End

    /// Ends the whole process tree (TERM, a grace, KILL) and frees the session.
    ///
    /// Called once, in a task that is not cancelled, instead of ``waitForExit()``. Bounded in time
    /// by itself; never throws: what could not be ended is in the log.
    func terminate() async
}
