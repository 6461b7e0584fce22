import Foundation
import PackerRPC
import Processes

/// `describe`, again and again, beside a program that does nothing: Packer runs it before each build,
/// at least twice.
struct DescribeMeasurement {
    private let plugin: String
    private let runs: Int

    init(_ plugin: String, isQuick: Bool) {
        self.plugin = plugin
        runs = isQuick ? 60 : 1000
    }

    /// Runs both in turns and prints their medians.
    ///
    /// - Throws: ``BenchError`` where one description differs from another in a single byte, in
    ///   whatever environment.
    func report() async throws {
        let expected = try await output(of: plugin, ["describe"], environment: nil).bytes
        _ = try PluginDescription(decoding: expected)
        var times: [[Duration]] = [[], []]
        for run in 0..<runs {
            // With this program's environment and without any.
            let environment: [[UInt8]]? = run % 2 == 0 ? nil : []
            let description = try await output(of: plugin, ["describe"], environment: environment)
            guard description.bytes == expected else {
                throw BenchError("describe printed something else in run \(run + 1)")
            }
            times[0].append(description.time)
            times[1].append(try await output(of: "/bin/true", [], environment: environment).time)
        }
        let medians = times.map { $0.sorted()[$0.count / 2] / .milliseconds(1) }
        let slow = times[0].sorted()[times[0].count * 95 / 100] / .milliseconds(1)
        print("\n## describe, \(runs) times, always the same \(expected.count) bytes\n")
        print("| from start to end, ms | median | 95 of 100 within |")
        print("| --- | --- | --- |")
        print(String(format: "| packer-plugin-swift describe | %.1f | %.1f |", medians[0], slow))
        print(String(format: "| /bin/true | %.1f | |", medians[1]))
    }

    private func output(
        of program: String,
        _ arguments: [String],
        environment: [[UInt8]]?
    ) async throws -> (bytes: [UInt8], time: Duration) {
        var specification = ProcessSpecification(program, arguments)
        if let environment { specification.environment = environment }
        specification.standardError = .null
        let start = ContinuousClock.now
        let process = try await ChildProcess.spawn(specification)
        var bytes: [UInt8] = []
        while let more = try await process.standardOutput?.read() { bytes += more }
        let end = try await process.wait()
        guard end == .exited(0) else { throw BenchError("\(program): \(end)") }
        return (bytes, ContinuousClock.now - start)
    }
}
