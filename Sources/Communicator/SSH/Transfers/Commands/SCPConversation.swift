import Communicator

/// One talk with `scp` on the far side, over the streams of its command.
struct SCPConversation {
    private let execution: RemoteCmd.Execution
    private var output: RemoteCmd.Output.Iterator
    /// For the first word; `nil` once it was said.
    private var deadline: AnswerDeadline?
    private var received: ArraySlice<UInt8> = []
    private var message: [UInt8] = []

    /// What an SCP peer has said that ends the talk; the caller knows the path it was about.
    enum Failure: Error {
        /// Its own words.
        case refused([UInt8])
        /// It said what it must not say.
        case violation(String)
        /// It ended; what it wrote to standard error.
        case ended([UInt8])
    }

    init(_ execution: RemoteCmd.Execution, answerLimit: Duration) {
        self.execution = execution
        self.deadline = AnswerDeadline(answerLimit)
        self.output = execution.output.makeAsyncIterator()
    }

    /// Says that all is well.
    func acknowledge() async throws { try await execution.write([0]) }

    /// Sends a record or the bytes of a file.
    func send(_ bytes: [UInt8]) async throws { try await execution.write(bytes) }

    /// Waits until the far side has said that all is well.
    mutating func waitUntilReady() async throws {
        guard case .ready = try await next() else {
            throw Failure.violation("it sent a record where it should have agreed")
        }
    }

    /// The next message; a refusal is thrown.
    mutating func next() async throws -> SCPMessage {
        while true {
            let parsed: (SCPMessage, Int)?
            do {
                parsed = try SCPMessage.parse(received)
            } catch {
                throw Failure.violation("it sent \"\(error.found)\"")
            }
            if let (message, count) = parsed {
                received = received.dropFirst(count)
                if case .refusal(let words) = message { throw Failure.refused(words) }
                return message
            }
            guard try await receive() else { throw Failure.ended(message) }
        }
    }

    /// The next bytes of a file, at most `count` of them.
    mutating func bytes(upTo count: UInt64) async throws -> [UInt8] {
        while received.isEmpty {
            guard try await receive() else { throw Failure.ended(message) }
        }
        let taken = received.prefix(Int(clamping: count))
        received = received.dropFirst(taken.count)
        return Array(taken)
    }

    /// Ends the talk; nothing more may come.
    mutating func finish() async throws {
        try await execution.finishInput()
        while received.isEmpty, try await receive() {}
        guard received.isEmpty else {
            throw Failure.violation("it sent more than it was asked for")
        }
    }

    private mutating func receive() async throws -> Bool {
        while let chunk = try await nextChunk() {
            switch chunk {
            case .standardError(let bytes):
                message += bytes.prefix(FarShell.longestMessage - message.count)
            case .standardOutput(let bytes):
                deadline = nil
                received += bytes
                return true
            }
        }
        return false
    }

    private mutating func nextChunk() async throws -> RemoteCmd.OutputChunk? {
        guard let deadline else { return try await output.next() }
        return try await deadline.next(execution.output)
    }
}
