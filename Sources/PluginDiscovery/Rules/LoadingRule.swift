/// One thing that must be so for Packer to load a plugin.
package struct LoadingRule: Sendable, Hashable {
    /// What names the rule in output; stable.
    package let id: String
    /// What must be so.
    package let requirement: String
    /// What the generations do where it is not so; one that is missing does not mind, or does not look.
    package let effects: [PluginLayout: [PackerGeneration: LoadingEffect]]

    init(
        _ id: String,
        _ requirement: String,
        component: [PackerGeneration: LoadingEffect] = [:],
        plain: [PackerGeneration: LoadingEffect] = [:],
        nested: [PackerGeneration: LoadingEffect] = [:],
        deep: [PackerGeneration: LoadingEffect]? = nil
    ) {
        self.id = id
        self.requirement = requirement
        effects = [
            .component: component, .plain: plain, .nested: nested,
            // Earlier generations do not come there, whatever they would do.
            .deep: deep ?? nested.filter { $0.key == .since1_11 },
        ]
    }

    /// Rules are told apart by their names.
    package static func == (first: LoadingRule, second: LoadingRule) -> Bool {
        first.id == second.id
    }

    /// What is equal hashes alike.
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// All generations that a layout is for, doing the same.
    static func throughout(
        _ layout: PluginLayout,
        _ effect: LoadingEffect
    ) -> [PackerGeneration: LoadingEffect] {
        Dictionary(uniqueKeysWithValues: layout.generations.map { ($0, effect) })
    }
}
