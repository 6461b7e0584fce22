import Communicator
import Components
import Configuration
import Foundation
import PluginHost
import SoakReports
import TestSupport

/// Many plugins, each found, verified, asked what it has, started, used and ended.
///
/// One after the other: our plugin's shell provisioner or that of Debian's packer, whichever is in the
/// folder. The times are those from the first look to where it can be called.
struct PluginSoak {
    private let folder: String
    private let count: Int
    private let start = ContinuousClock.now
    private var times: [Double]
    private var wrong: [String] = []

    /// - Parameters:
    ///   - count: How many plugins.
    ///   - folder: Where `packer-plugin-swift` or `packer-provisioner-shell` is.
    init(_ count: Int, in folder: String) {
        self.count = count
        self.folder = folder
        times = Array(repeating: 0, count: count)
    }

    mutating func run() async throws {
        for number in 0..<count {
            try await runOne(number)
            guard (number + 1) % max(1, count / 100) == 0 else { continue }
            try sample(after: number + 1, since: start)
        }
        let end = SoakEnd(
            wrong: Array(wrong.prefix(10)),
            wrongCount: wrong.count,
            hasChild: hasChild(),
            times: times
        )
        try SoakLine(end).write()
    }

    private mutating func runOne(_ number: Int) async throws {
        let before = ContinuousClock.now
        let catalog = try await PluginSearch([PluginPlace(folder, .commandLine)]).catalog()
        let runner = PluginRunner(catalog, log: { _ in }, warn: { _ in })
        do {
            try await use(runner, number, since: before)
        } catch {
            wrong.append("plugin \(number): \(error)")
        }
        await runner.end()
    }

    private mutating func use(
        _ runner: PluginRunner,
        _ number: Int,
        since before: ContinuousClock.Instant
    ) async throws {
        let swift = try await runner.component(.provisioner, named: "swift-shell")
        let go = try await runner.component(.provisioner, named: "shell")
        guard let component = swift ?? go else {
            throw SoakClientError("there is no provisioner swift-shell or shell in \(folder)")
        }
        let plugin = try await runner.start(component)
        times[number] = before.duration(to: .now) / .milliseconds(1)
        let script: ConfigurationValue = .map(["inline": .list([.string("echo \(number)")])])
        let prepared = try await PluginProvisioner.prepare(script, in: PrepareContext(), by: plugin)
        let ui = RecordingInterface()
        try await prepared.component.provision(
            LocalCommunicator(),
            ui: ui,
            data: GeneratedData()
        )
        guard await ui.texts.contains("\(number)") else {
            throw SoakClientError("the script's output is \(await ui.texts)")
        }
    }
}
