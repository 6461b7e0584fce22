import Foundation
import PluginDiscovery
import TestSupport
import Testing

/// The page of the rules, written from their declarations.
struct RulePageTests {
    private static let path = "docs/PLUGIN-LINT.md"
    /// Above this line the page is written by hand.
    private static let mark = "<!-- scripts/reference writes what follows from the rules. -->\n"

    private static var table: String {
        let head = """

            | Rule | What must be so | At the top, where it is not | Below a source address |
            | --- | --- | --- | --- |

            """
        return LoadingRule.all.reduce(head) { text, rule in
            let top = (rule.effects[.component] ?? [:]).merging(rule.effects[.plain] ?? [:]) { $1 }
            let nested = rule.effects[.nested] ?? [:]
            let below = nested.isEmpty ? rule.effects[.deep] ?? [:] : nested
            return text + "| `\(rule.id)` | \(rule.requirement) | \(cell(top)) | \(cell(below)) |\n"
        }
    }

    private static func cell(_ effects: [PackerGeneration: LoadingEffect]) -> String {
        LoadingEffect.allCases.compactMap { effect in
            let generations = effects.filter { $0.value == effect }.keys.sorted()
            guard !generations.isEmpty else { return nil }
            return generations.map(\.name).joined(separator: ", ") + " " + effect.words
        }.joined(separator: "; ")
    }

    @Test func `the page shows the rules as they are declared`() throws {
        let file = URL(fileURLWithPath: "\(ProjectFiles.root)/\(Self.path)")
        let page = try String(contentsOf: file, encoding: .utf8)
        let end = try #require(page.range(of: Self.mark)?.upperBound)
        let current = page[..<end] + Self.table
        // Set by `scripts/reference`.
        if ProcessInfo.processInfo.environment["PACKER_SWIFT_WRITE_REFERENCE"] != nil {
            try current.write(to: file, atomically: true, encoding: .utf8)
        }
        let isCurrent = try String(contentsOf: file, encoding: .utf8) == current
        #expect(isCurrent, "\(Self.path) is stale: run scripts/reference")
    }
}
