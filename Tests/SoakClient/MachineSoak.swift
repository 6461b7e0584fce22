import Communicator
import Foundation
import SoakReports
import TestSupport

/// This machine, called through the wire between a plugin and its host: both halves in this process,
/// over a Unix socket.
struct MachineSoak {
    private let total: Int
    private let start = ContinuousClock.now

    init(_ total: Int) { self.total = total }

    /// So many bytes into a command and back out of it, at once.
    func runCommand() async throws {
        try await withMachine { machine in
            // Buffers and threads grow to their size once.
            try await exchange(min(total, 64 << 20), with: machine) { _ in }
                + exchange(total, with: machine, Self.sampling(total, since: start))
        }
    }

    /// A file of so many bytes to the machine, and from there back.
    func runFile() async throws {
        try await withMachine { machine in
            let folder = try TemporaryDirectory()
            try Self.write(min(total, 64 << 20), to: folder["warm"])
            try Self.write(total, to: folder["file"])
            return try await transfer(folder["warm"], min(total, 64 << 20), machine) { _ in }
                + transfer(folder["file"], total, machine, Self.sampling(2 * total, since: start))
        }
    }

    private func withMachine(_ work: (RelayedMachine) async throws -> [String]) async throws {
        let connection = try await SocketPair()
        let machine = try await RelayedMachine(
            LocalCommunicator(),
            over: (connection.near, connection.far)
        )
        let wrong = try await work(machine)
        await machine.close()
        await connection.close()
        let end = SoakEnd(
            wrong: Array(wrong.prefix(10)),
            wrongCount: wrong.count,
            hasChild: hasChild(),
            times: []
        )
        try SoakLine(end).write()
    }

    /// Fifty samples on the way.
    private static func sampling(
        _ total: Int,
        since start: ContinuousClock.Instant
    ) -> @Sendable (Int) throws -> Void {
        let sampler = Sampler(step: max(1, total / 50), start: start)
        return { try sampler.reach($0) }
    }

    private func exchange(
        _ total: Int,
        with machine: RelayedMachine,
        _ progress: @Sendable (Int) throws -> Void
    ) async throws -> [String] {
        let result = try await machine.run(RemoteCmd("cat", standardInput: .body)) { execution in
            async let sending: Void = Self.send(total, to: execution)
            var count = 0
            var wrong: [String] = []
            for try await chunk in execution.output {
                guard case .standardOutput(let bytes) = chunk, SoakPattern.has(bytes, at: count)
                else {
                    wrong.append("other bytes came than were sent, after \(count)")
                    continue
                }
                count += bytes.count
                try progress(count)
            }
            try await sending
            if count != total { wrong.append("\(count) bytes came, not \(total)") }
            return wrong
        }
        return result.value + (result.status.isSuccess ? [] : ["it ended with \(result.status)"])
    }

    private static func send(_ total: Int, to execution: RemoteCmd.Execution) async throws {
        var sent = 0
        while sent < total {
            let size = min(100_000, total - sent)
            try await execution.write(SoakPattern.bytes(at: sent, count: size))
            sent += size
        }
        try await execution.finishInput()
    }

    private func transfer(
        _ path: String,
        _ total: Int,
        _ machine: RelayedMachine,
        _ progress: @escaping @Sendable (Int) throws -> Void
    ) async throws -> [String] {
        let there = path + ".there"
        let options = TransferOptions(progress: { try? progress(Int($0.completed)) })
        try await machine.upload(.file(path), to: there, options: options)
        let sink = ComparingSink { try progress(total + $0) }
        try await machine.download(there, to: .sink(sink), options: TransferOptions())
        var wrong = await sink.wrong
        if await sink.count != total {
            wrong.append("\(await sink.count) bytes came, not \(total)")
        }
        return wrong
    }

    private static func write(_ total: Int, to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw SoakClientError("\(path) cannot be made")
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        var written = 0
        while written < total {
            let size = min(251_000, total - written)
            try file.write(contentsOf: Data(SoakPattern.bytes(at: written, count: size)))
            written += size
        }
        try file.close()
    }
}

/// Compares what a download brings with the pattern.
private actor ComparingSink: ByteSink {
    private(set) var count = 0
    private(set) var wrong: [String] = []
    private let progress: @Sendable (Int) throws -> Void

    init(_ progress: @escaping @Sendable (Int) throws -> Void) { self.progress = progress }

    func write(_ bytes: [UInt8]) async throws {
        if !SoakPattern.has(bytes, at: count) { wrong.append("other bytes, after \(count)") }
        count += bytes.count
        try progress(count)
    }
}
