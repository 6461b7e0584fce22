import Communicator
import Foundation
import SSHCommunicator
import SoakReports
import TestSupport

/// Many commands on one connection, or many connections with a command each.
struct ConnectionSoak {
    private let server: DockerServer
    private let count: Int
    private let token: String
    private let start = ContinuousClock.now
    /// As long from the beginning as in the end, so that it is no drift itself.
    private var times: [Double]
    private var wrong: [String] = []
    private var wrongCount = 0

    init(_ server: DockerServer, _ count: Int, _ token: String) {
        self.server = server
        self.count = count
        self.token = token
        times = Array(repeating: 0, count: count)
    }

    mutating func runExecs() async throws {
        let machine = try await server.connect()
        for number in 0..<count {
            try await runOne(number, on: machine)
            try sampleNow(and: number)
        }
        await machine.close()
        try end()
    }

    mutating func runConnects() async throws {
        let configuration = try server.configuration()
        for number in 0..<count {
            let machine = try await SSHCommunicator.connect(configuration)
            try await runOne(number, on: machine)
            await machine.close()
            try sampleNow(and: number)
        }
        try end()
    }

    private mutating func runOne(_ number: Int, on machine: SSHCommunicator) async throws {
        let before = ContinuousClock.now
        let code = Int32(number % 256)
        // A limit that is not reached must leave nothing either.
        let command = RemoteCmd("exit \(code) # \(token)", deadline: .seconds(3600))
        let result = try await machine.run(command) { _ in }
        times[number] = before.duration(to: .now) / .milliseconds(1)
        guard result.status != .exited(code) else { return }
        wrongCount += 1
        if wrong.count < 10 {
            wrong.append("command \(number) ended with \(result.status), not with \(code)")
        }
    }

    private func sampleNow(and number: Int) throws {
        guard (number + 1) % max(1, count / 100) == 0 else { return }
        try sample(after: number + 1, since: start)
    }

    private func end() throws {
        let end = SoakEnd(
            wrong: wrong,
            wrongCount: wrongCount,
            hasChild: hasChild(),
            times: times
        )
        try SoakLine(end).write()
    }
}
