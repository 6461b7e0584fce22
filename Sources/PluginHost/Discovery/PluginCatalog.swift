internal import PluginDiscovery

/// What was found where plugins are looked for: which are used, which are not, and why.
package struct PluginCatalog: Sendable {
    /// A plugin in whose place another one is used.
    package struct Shadowed: Sendable, Hashable {
        /// The plugin.
        package let plugin: FoundPlugin
        /// The one that is used.
        package let other: FoundPlugin
    }

    /// What is not used although it has a plugin's name, or was named as a folder of plugins.
    package struct Rejected: Sendable, Hashable {
        /// Why, and what to do.
        package let refusal: Refused
        /// Where it was looked for; `nil` for the working directory, which is not searched.
        package let place: PluginPlace?
        /// Whether it is for another machine, whose folder of plugins this may be, too.
        let isForOtherMachine: Bool

        init(_ refusal: Refused, at place: PluginPlace?, isForOtherMachine: Bool = false) {
            self.refusal = refusal
            self.place = place
            self.isForOtherMachine = isForOtherMachine
        }

        /// Whether the user is to be told unasked: who named a folder wants what is in it, and for this
        /// machine.
        package var isNews: Bool { (place?.isNamed ?? true) && !isForOtherMachine }
    }

    /// The plugins that are used, in the order of the search.
    package private(set) var found: [FoundPlugin] = []
    /// Those that are not, because an earlier place, or a higher version, comes first.
    package private(set) var shadowed: [Shadowed] = []
    /// What is not used, and why.
    package internal(set) var rejected: [Rejected] = []

    /// Nothing was found.
    package init() {}

    /// Adds what one place has, of which the best are used where no earlier place has the same.
    mutating func add(_ plugins: [FoundPlugin]) {
        for plugin in plugins.sorted(by: FoundPlugin.isBetter) {
            if let other = found.first(where: { $0.content == plugin.content }) {
                shadowed.append(Shadowed(plugin: plugin, other: other))
            } else {
                found.append(plugin)
            }
        }
    }

    /// The single component of a kind and a name, if there is one.
    package func component(kind: String, name: String) -> FoundPlugin? {
        found.first { $0.content == .component(kind: kind, name: name) }
    }

    /// The plugins that may have a component of such a name in templates, those with the longest name
    /// first, each with the component's name within it: `nil` for the one that has the plugin's own.
    package func sets(for name: String) -> [(plugin: FoundPlugin, component: String?)] {
        found.compactMap { plugin -> (plugin: FoundPlugin, component: String?, length: Int)? in
            guard case .set(let set) = plugin.content else { return nil }
            if name == set { return (plugin, nil, set.count) }
            guard name.hasPrefix("\(set)-"), name.count > set.count + 1 else { return nil }
            return (plugin, String(name.dropFirst(set.count + 1)), set.count)
        }.sorted { $0.length > $1.length }.map { ($0.plugin, $0.component) }
    }
}

extension FoundPlugin {
    /// Which of one place counts: one without a version, which a developer has put there, before those
    /// that were installed; of those the highest version, then the highest API version.
    fileprivate static func isBetter(_ one: FoundPlugin, _ other: FoundPlugin) -> Bool {
        guard let first = one.version, let second = other.version else {
            if one.version != nil || other.version != nil { return one.version == nil }
            return one.path < other.path
        }
        if first != second { return first > second }
        let lowest = PluginAPIVersion(major: 0, minor: 0)
        let versions = (one.apiVersion ?? lowest, other.apiVersion ?? lowest)
        return versions.0 != versions.1 ? versions.0 > versions.1 : one.path < other.path
    }
}
