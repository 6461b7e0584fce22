import Communicator
import Foundation
import SSHCommunicator
import SoakReports
import TestSupport

/// One command with a very long output, of which every byte is looked at.
///
/// The first and the last sample are from before and after the command.
struct OutputSoak {
    /// A line of the output; the whole of it is this line again and again.
    private static let line = "All work and no play makes Jack a dull boy, says this very line"
    private static let expected: [UInt8] = {
        let one = Array("\(line)\n".utf8)
        // Longer than any chunk, so that each is a piece of it.
        return Array(repeatElement(one, count: 4096).joined())
    }()

    private let server: DockerServer
    private let total: Int
    private let token: String

    init(_ server: DockerServer, _ total: Int, _ token: String) {
        self.server = server
        self.total = total
        self.token = token
    }

    func run() async throws {
        let machine = try await server.connect()
        // Buffers and threads grow to their size once.
        _ = try await read(min(total, 64 << 20), from: machine) { _ in }
        let start = ContinuousClock.now
        try sample(after: 0, since: start)
        let step = max(1, total / 50)
        var next = step
        let wrong = try await read(total, from: machine) { count in
            guard count >= next else { return }
            next += step
            try sample(after: count >> 20, since: start)
        }
        let time = start.duration(to: .now) / .milliseconds(1)
        try sample(after: total >> 20, since: start)
        await machine.close()
        let end = SoakEnd(
            wrong: wrong,
            wrongCount: wrong.count,
            hasChild: hasChild(),
            times: [time]
        )
        try SoakLine(end).write()
    }

    private func read(
        _ total: Int,
        from machine: SSHCommunicator,
        _ progress: (Int) throws -> Void
    ) async throws -> [String] {
        let command = RemoteCmd("yes '\(Self.line)' | head -c \(total) # \(token)")
        let result = try await machine.run(command) { execution in
            var count = 0
            var isRight = true
            for try await chunk in execution.output {
                switch chunk {
                case .standardOutput(let bytes):
                    isRight = isRight && Self.isExpected(bytes, after: count)
                    count += bytes.count
                    try progress(count)
                case .standardError:
                    isRight = false
                }
            }
            return (count, isRight)
        }
        var wrong: [String] = []
        if !result.status.isSuccess { wrong.append("it ended with \(result.status)") }
        if result.value.0 != total { wrong.append("\(result.value.0) bytes came, not \(total)") }
        if !result.value.1 { wrong.append("other bytes came than were sent") }
        return wrong
    }

    /// Whether bytes are those that come after so many others.
    private static func isExpected(_ bytes: [UInt8], after count: Int) -> Bool {
        let place = count % (line.utf8.count + 1)
        guard place + bytes.count <= expected.count else { return false }
        return unsafe bytes.withUnsafeBytes { bytes in
            unsafe expected.withUnsafeBytes { expected in
                guard let found = bytes.baseAddress, let wanted = expected.baseAddress else {
                    return true
                }
                return unsafe memcmp(found, wanted + place, bytes.count) == 0
            }
        }
    }
}
