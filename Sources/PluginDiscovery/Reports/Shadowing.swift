internal import Communicator

/// Which of several files is taken for one plugin.
extension [PluginReport] {
    /// Notes with each file which other one is taken in its place.
    mutating func shadow() {
        for generation in PackerGeneration.allCases {
            let groups = Dictionary(grouping: indices.filter { isCandidate($0, in: generation) }) {
                self[$0].facts?.name.plugin ?? ""
            }
            for group in groups.values {
                guard let taken = taken(of: group, in: generation) else { continue }
                for index in group where index != taken {
                    self[index].shadows[generation] = self[taken].path
                }
            }
        }
    }

    /// Whether a generation looks at the file when it looks for its plugin.
    private func isCandidate(_ index: Int, in generation: PackerGeneration) -> Bool {
        guard let facts = self[index].facts, facts.name.plugin != nil else { return false }
        switch generation {
        case .since1_6: return facts.layout == .plain && self[index].isUsable(in: generation)
        // Since 1.8.1; before, one is taken where a template requires it, by its version.
        case .since1_7, .since1_9: return self[index].generations.contains(generation)
        case .since1_11: return self[index].isUsable(in: generation)
        }
    }

    /// The file that a generation takes.
    ///
    /// Since 1.11 that is the highest version of those that are sound. Before, it is the last by the
    /// text of its path, sound or not: 0.9.0 comes after 0.10.0. One at the top wins over those below.
    private func taken(of group: [Int], in generation: PackerGeneration) -> Int? {
        guard generation == .since1_11 else {
            return group.max { first, second in
                let tops = (isAtTop(first), isAtTop(second))
                if tops.0 != tops.1 { return tops.1 }
                return self[first].path.bytes.lexicographicallyPrecedes(self[second].path.bytes)
            }
        }
        return group.max { first, second in order(first) < order(second) }
    }

    private func isAtTop(_ index: Int) -> Bool { self[index].facts?.layout == .plain }

    private func order(_ index: Int) -> VersionOrder {
        guard case .versioned(let name)? = self[index].facts?.name.form else {
            return VersionOrder(version: nil, apiVersion: nil)
        }
        return VersionOrder(
            version: name.version.flatMap(PluginVersion.init),
            apiVersion: name.apiVersion.flatMap(PluginAPIVersion.init)
        )
    }
}

/// Versions as Packer since 1.11 orders files of one plugin: by version, then by API version.
private struct VersionOrder: Comparable {
    let version: PluginVersion?
    let apiVersion: PluginAPIVersion?

    static func < (first: VersionOrder, second: VersionOrder) -> Bool {
        guard let one = first.version, let other = second.version else {
            return first.version == nil && second.version != nil
        }
        guard one == other else { return one < other }
        guard let api = first.apiVersion, let otherAPI = second.apiVersion else { return false }
        return api < otherAPI
    }
}
