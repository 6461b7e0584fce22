import Communicator
import Console
import PluginDiscovery

/// How reports on plugins are shown: a line for each thing that is worth one.
struct PluginsLintOutput: Sendable {
    private let ui: ConsoleInterface
    private let isMachineReadable: Bool

    init(_ screen: Screen) {
        ui = ConsoleInterface(screen)
        isMachineReadable = screen.style.isMachineReadable
    }

    /// Prints all reports, and how many defects there are.
    func print(_ reports: [PluginReport], of path: BytePath) async {
        for report in reports { await print(report) }
        let defects = reports.map(\.defects.count).reduce(0, +)
        guard !reports.isEmpty else {
            return await complain("nothing in it has the name of a plugin", about: path)
        }
        await ui.machine("plugins-lint-summary", ["\(reports.count)", "\(defects)"])
        let files = reports.count == 1 ? "1 file" : "\(reports.count) files"
        await show(
            "\(files), \(defects == 0 ? "no" : "\(defects)") defect\(defects == 1 ? "" : "s")"
        )
    }

    /// Says why there is nothing to report.
    func complain(_ reason: String, about path: BytePath) async {
        await ui.error("\(path): \(reason)")
    }

    private func print(_ report: PluginReport) async {
        for finding in report.findings {
            let kind = finding.isDefect ? "defect" : "note"
            await ui.machine(
                "plugins-lint",
                [
                    "\(report.path)", kind, finding.rule.id, effects(finding), finding.found,
                    finding.remedy,
                ]
            )
            let line = "\(report.path): \(kind): \(text(of: finding))"
            await show(line, isError: finding.isDefect)
        }
        for (generation, other) in report.shadows.sorted(by: { $0.key < $1.key })
        where report.verdict(in: generation) == .shadowed(by: other) {
            let line = "Packer \(generation.name) takes \(other) in its place"
            await ui.machine("plugins-lint", ["\(report.path)", "note", "shadowed", line, "", ""])
            await show("\(report.path): note: \(line)")
        }
        let loading = PackerGeneration.allCases.filter { report.verdict(in: $0) == .found }
        guard !loading.isEmpty else { return }
        let names = loading.map(\.name)
        await ui.machine("plugins-lint", ["\(report.path)", "found", "", "", "", ""] + names)
        await show("\(report.path): found by Packer \(names.joined(separator: ", "))")
    }

    /// The rule, what was found, what which Packer does, and what to do.
    private func text(of finding: Finding) -> String {
        let effects = effects(finding)
        let parenthesis = effects.isEmpty ? "" : " (\(effects))"
        return "\(finding.rule.id): \(finding.found)\(parenthesis). \(finding.remedy)"
    }

    /// What each Packer does that minds, those that do the same together.
    private func effects(_ finding: Finding) -> String {
        var groups: [(effect: LoadingEffect, names: [String])] = []
        for generation in finding.generations {
            guard let effect = finding.effects[generation] else { continue }
            if let index = groups.firstIndex(where: { $0.effect == effect }) {
                groups[index].names.append(generation.name)
            } else {
                groups.append((effect, [generation.name]))
            }
        }
        return groups.map { "Packer \($0.names.joined(separator: ", ")) \($0.effect.words)" }
            .joined(separator: "; ")
    }

    /// Text is for people: machines have it in events already.
    private func show(_ line: String, isError: Bool = false) async {
        guard !isMachineReadable else { return }
        if isError { await ui.error(line) } else { await ui.say(line) }
    }
}
