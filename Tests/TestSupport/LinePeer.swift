import Foundation

/// A program of `Tests/InteropTests/go` in a process that answers lines; see its `main.go`.
package final class LinePeer {
    private let process = Process()
    private let questions = Pipe()
    private let answers = Pipe()
    private var received = Data()

    /// What Go said of a question it could not answer.
    package struct Refusal: Error, CustomStringConvertible {
        /// What it said.
        package let description: String
    }

    /// Starts the peer.
    ///
    /// It is a failure, not a reason to skip, if there is no Go.
    package init(_ name: String, _ arguments: [String] = []) async throws {
        process.executableURL = URL(filePath: try await GoProgram.path(name))
        process.arguments = arguments
        process.standardInput = questions
        process.standardOutput = answers
        try process.run()
    }

    deinit {
        try? questions.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Ends the peer as a crash would.
    ///
    /// Foundation sees the end of a process when its children have ended too, so it is not waited for.
    package func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    /// Asks, and leaves the answer.
    package func send(_ verb: String, _ argument: String) throws {
        try questions.fileHandleForWriting.write(contentsOf: Data("\(verb) \(argument)\n".utf8))
    }

    /// Asks and returns the answer.
    package func ask(_ verb: String, _ argument: String) throws -> String {
        try send(verb, argument)
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received = Data(received[(end + 1)...])
                if line.hasPrefix("ok ") { return String(line.dropFirst(3)) }
                throw Refusal(description: line)
            }
            let more = answers.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Refusal(description: "the peer is gone") }
            received.append(more)
        }
    }

    /// Asks about bytes and returns the answer.
    package func ask(_ verb: String, _ bytes: [UInt8]) throws -> String {
        try ask(verb, bytes.hexadecimal)
    }
}
