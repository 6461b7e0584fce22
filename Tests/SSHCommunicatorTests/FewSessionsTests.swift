import Communicator
import TestSupport
import Testing

@testable import SSHCommunicator

/// Commands and transfers on servers that take few sessions on one connection: they take turns, and
/// none waits for what waits for it.
@Suite(.timeLimit(.minutes(2))) struct FewSessionsTests {
    @Test func `one session at a time serves commands and files in turns`() async throws {
        let ssh = try await DockerServer(.maxSessions).connect()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...6 {
                group.addTask {
                    let name = "turn-\(number)"
                    try await ssh.upload(.bytes(Array("\(number)".utf8)), to: name)
                    let command = RemoteCmd("exit $(cat \(name))")
                    #expect(try await ssh.run(command) { _ in }.status == .exited(Int32(number)))
                    let sink = CollectingSink()
                    try await ssh.download(name, to: .sink(sink))
                    #expect(await sink.bytes == Array("\(number)".utf8))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await ssh.run(RemoteCmd("rm turn-*")) { _ in }.status == .exited(0))
        await ssh.close()
    }

    @Test func `two sessions serve what the body of a command does, one after the other`()
        async throws
    {
        let ssh = try await DockerServer(.maxSessions2).connect()
        for _ in 1...5 {
            let result = try await ssh.run(RemoteCmd("read line; exit 3", standardInput: .body)) {
                try await ssh.upload(.bytes([1]), to: "few-sessions")
                let inner = try await ssh.run(RemoteCmd("rm few-sessions; exit 4")) { _ in }
                #expect(inner.status == .exited(4))
                try await $0.write([0x0A])
            }
            #expect(result.status == .exited(3))
        }
        await ssh.close()
    }

    @Test
    func `of two bodies that each want a second session, one is refused and the other served`()
        async throws
    {
        let ssh = try await DockerServer(.maxSessions2).connect()
        let both = Meeting(of: 2)
        let outcomes = await withTaskGroup(of: CommunicatorError.Code?.self) { group in
            for _ in 1...2 {
                group.addTask {
                    let outer = RemoteCmd("read line; exit 0", standardInput: .body)
                    do {
                        _ = try await ssh.run(outer) {
                            await both.arrive()
                            _ = try await ssh.run(RemoteCmd("exit 0")) { _ in }
                            try await $0.write([0x0A])
                        }
                        return nil
                    } catch {
                        return (error as? CommunicatorError)?.code ?? .protocolViolation
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.contains(.channelRefused))
        #expect(outcomes.allSatisfy { $0 == nil || $0 == .channelRefused })
        #expect(try await ssh.run(RemoteCmd("exit 7")) { _ in }.status == .exited(7))
        await ssh.close()
    }

    @Test func `an upload within a body is refused though another upload waits for the same place`()
        async throws
    {
        let ssh = try await DockerServer(.maxSessions).connect()
        let outer = RemoteCmd("read line; exit 0", standardInput: .body)
        let outside = try await ssh.run(outer) { execution in
            let outside = Task.detached { try await ssh.upload(.bytes([1]), to: "outside") }
            let error = await #expect(throws: CommunicatorError.self) {
                try await ssh.upload(.bytes([2]), to: "inside")
            }
            #expect(error?.code == .channelRefused)
            try await execution.write([0x0A])
            return outside
        }.value
        try await outside.value
        #expect(try await ssh.run(RemoteCmd("rm outside")) { _ in }.status == .exited(0))
        await ssh.close()
    }

    @Test func `a command within a download is refused, and the download goes on`() async throws {
        let ssh = try await DockerServer(.maxSessions).connect()
        try await ssh.upload(.bytes([1, 2, 3]), to: "few-sessions-sink")
        let sink = AskingSink(ssh)
        try await ssh.download("few-sessions-sink", to: .sink(sink))
        #expect(await sink.code == .channelRefused)
        #expect(try await ssh.run(RemoteCmd("rm few-sessions-sink")) { _ in }.status == .exited(0))
        await ssh.close()
    }
}

/// Runs a command for the first bytes that it gets.
private actor AskingSink: ByteSink {
    private let ssh: SSHCommunicator
    private(set) var code: CommunicatorError.Code?

    init(_ ssh: SSHCommunicator) { self.ssh = ssh }

    func write(_ bytes: [UInt8]) async throws {
        guard code == nil else { return }
        do {
            _ = try await ssh.run(RemoteCmd("exit 0")) { _ in }
        } catch let error as CommunicatorError {
            code = error.code
        }
    }
}

/// Where tasks wait for each other.
private actor Meeting {
    private var missing: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(of count: Int) { missing = count }

    func arrive() async {
        missing -= 1
        guard missing > 0 else {
            for one in waiting { one.resume() }
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}
