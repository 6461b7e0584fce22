import CFailingAllocator
import Communicator
import Foundation
import SSHCommunicator
import SoakReports
import TestSupport

/// Connects, runs a command and uploads a file, with one of libssh2's allocations failing, or all
/// from that one on.
struct AllocationSoak {
    /// How much processor time counts as a loop without an end.
    private static let loopLimit: Int32 = 20
    private static let line = "what is uploaded is this line again and again"
    private static let size = 100_000

    private let server: DockerServer
    private let failing: Int
    /// A folder of this run's own on the server.
    private let folder: String

    private let failsForGood: Bool

    init(_ server: DockerServer, _ failing: Int, _ folder: String, forGood: Bool) {
        self.server = server
        self.failing = failing
        failsForGood = forGood
        self.folder = "\(folder)/\(failing)"
    }

    func run() async throws {
        report_crashes(Self.loopLimit)
        let start = ContinuousClock.now
        let call = UInt64(failing)
        // The first call has the number 1.
        if call > 0 { failing_allocator_fail(call, failsForGood ? UInt64.max : call) }
        let allocator = unsafe SessionAllocator(
            allocate: failing_allocate,
            reallocate: failing_reallocate,
            free: failing_free
        )
        var report = await SessionAllocator.$current.withValue(allocator) { await work() }
        // A session ends with its last user, which may be a task that has just been cancelled.
        let deadline = ContinuousClock.now + .seconds(3)
        while failing_allocator_live_bytes() > 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        report.failed = blocks(FAILING_ALLOCATOR_FAILED).first
        report.leaks = blocks(FAILING_ALLOCATOR_LIVE)
        report.badFrees = blocks(FAILING_ALLOCATOR_BAD_FREE)
        report.sockets = try ProcessSample(after: 0, since: start).sockets
        report.seconds = start.duration(to: .now) / .seconds(1)
        try SoakLine(report).write()
    }

    // MARK: Work

    private func work() async -> AllocationReport {
        var report = AllocationReport(failing: failing)
        do {
            let machine = try await connect()
            do {
                report.stage = "run"
                if try await runCommand(on: machine, &report) {
                    report.stage = "upload"
                    let lines = Self.size / Self.line.utf8.count + 1
                    let content = String(repeating: "\(Self.line)\n", count: lines)
                    let bytes = Array(content.utf8.prefix(Self.size))
                    try await machine.upload(.bytes(bytes), to: "\(folder)/file")
                    report.stage = "done"
                }
            } catch {
                note(error, &report)
            }
            report.calls = Int(failing_allocator_calls())
            failing_allocator_fail(UInt64.max, 0)
            do { try await inspect(machine, &report) } catch { note(error, &report) }
            await machine.close()
        } catch {
            report.calls = Int(failing_allocator_calls())
            note(error, &report)
        }
        return report
    }

    /// A connection at the first attempt; the first failure otherwise.
    private func connect() async throws -> SSHCommunicator {
        let configuration = try server.configuration()
        return try await withThrowingTaskGroup(of: SSHCommunicator.self) { group in
            let (reasons, reason) = AsyncStream.makeStream(of: CommunicatorError.self)
            group.addTask {
                try await SSHCommunicator.connect(
                    configuration,
                    waiting: { reason.yield($0.reason) }
                )
            }
            group.addTask {
                for await reason in reasons { throw reason }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            guard let machine = try await group.next() else { throw CancellationError() }
            return machine
        }
    }

    /// False when the status is not known.
    private func runCommand(
        on machine: SSHCommunicator,
        _ report: inout AllocationReport
    ) async throws -> Bool {
        let command = RemoteCmd("mkdir -p \(folder) && printf here; exit 7")
        let result = try await machine.run(command) { try await Self.output(of: $0) }
        if result.status == .disconnected {
            report.error = "disconnected"
            report.detail = result.detail
            return false
        }
        if result.status != .exited(7) { report.wrong.append("the status is \(result.status)") }
        if result.value != "here" { report.wrong.append("the output is '\(result.value)'") }
        return true
    }

    /// Looks at what came of the upload, and removes it.
    private func inspect(
        _ machine: SSHCommunicator,
        _ report: inout AllocationReport
    ) async throws {
        let command = RemoteCmd(
            """
            cd \(folder) 2>/dev/null || exit 0
            ls -A
            [ ! -e file ] || yes '\(Self.line)' | head -c \(Self.size) | cmp - file || echo differs
            cd / && rm -r \(folder)
            """
        )
        let result = try await machine.run(command) { try await Self.output(of: $0) }
        let names = result.value.split(separator: "\n").map(String.init)
        if !result.status.isSuccess { report.wrong.append("the look ended with \(result.status)") }
        if names.contains("differs") { report.wrong.append("the file has other bytes") }
        if report.stage == "done", !names.contains("file") {
            report.wrong.append("the upload succeeded, and there is no file")
        }
        report.leftovers = names.filter { $0 != "file" && $0 != "differs" }
    }

    private static func output(of execution: RemoteCmd.Execution) async throws -> String {
        var bytes: [UInt8] = []
        for try await case .standardOutput(let more) in execution.output { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func note(_ error: any Error, _ report: inout AllocationReport) {
        guard let error = error as? CommunicatorError else {
            report.wrong.append("an error without a code: \(type(of: error)): \(error)")
            return
        }
        report.error = error.code.name
        report.detail = error.description
    }

    // MARK: Memory

    private func blocks(_ kind: failing_allocator_kind) -> [AllocationReport.Block] {
        var blocks: [AllocationReport.Block] = []
        var record = failing_allocator_record()
        while unsafe failing_allocator_record(kind, blocks.count, &record) != 0 {
            let depth = Int(record.depth)
            let frames = unsafe withUnsafeBytes(of: &record.frames) { frames in
                unsafe frames.bindMemory(to: UnsafeMutableRawPointer?.self).prefix(depth)
                    .map { unsafe Self.describe($0) }
            }
            let ours = frames.drop { $0.hasPrefix("soak-client") }
            blocks.append(
                AllocationReport.Block(
                    size: record.size,
                    call: Int(record.call),
                    frames: Array(ours)
                )
            )
        }
        return blocks
    }

    private static func describe(_ address: UnsafeMutableRawPointer?) -> String {
        var text = [CChar](repeating: 0, count: 512)
        let length = unsafe describe_address(address, &text, text.count)
        return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
