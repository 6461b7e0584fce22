/// A rule that a file breaks, and what that does to it.
package struct Finding: Sendable, Hashable {
    /// The rule.
    package let rule: LoadingRule
    /// How the file lies.
    package let layout: PluginLayout
    /// What was found.
    package let found: String
    /// What to do.
    package let remedy: String

    /// A finding made of its parts.
    package init(_ rule: LoadingRule, _ layout: PluginLayout, found: String, remedy: String) {
        self.rule = rule
        self.layout = layout
        self.found = found
        self.remedy = remedy
    }

    /// What each generation does that minds.
    package var effects: [PackerGeneration: LoadingEffect] { rule.effects[layout] ?? [:] }

    /// The generations that mind, earlier ones first.
    package var generations: [PackerGeneration] { effects.keys.sorted() }

    /// Whether something is to be put right: a generation that the layout is for minds, or Packer
    /// itself suffers, or nothing can be told about the file.
    ///
    /// What is none is worth knowing only.
    package var isDefect: Bool {
        rule == .safe
            || effects.contains { layout.generations.contains($0.key) || $0.value.isHarmful }
    }
}
