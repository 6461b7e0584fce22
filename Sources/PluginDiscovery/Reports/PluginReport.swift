package import Communicator

/// What is known of one file, and what each generation of Packer makes of it.
package struct PluginReport: Sendable {
    /// What one generation makes of a file.
    package enum Verdict: Sendable, Hashable {
        /// It is none of its business.
        case notLookedAt
        /// It is found; a finding may say what it is not found for.
        case found
        /// It would be found, but for another file, which is taken for this plugin in its place.
        case shadowed(by: BytePath)
        /// It is not loaded, or does harm: why.
        case rejected([Finding])
    }

    /// Where the file is.
    package let path: BytePath
    /// What was found of it; `nil` for a folder that is not entered.
    package let facts: PluginFacts?
    /// The rules that it breaks.
    package let findings: [Finding]
    /// The files that are taken in its place, by generation.
    package internal(set) var shadows: [PackerGeneration: BytePath] = [:]

    /// A report on a file.
    package init(_ path: BytePath, facts: PluginFacts?, findings: [Finding]) {
        self.path = path
        self.facts = facts
        self.findings = findings
    }

    /// The generations that the file's name and place are meant for.
    package var generations: Set<PackerGeneration> {
        guard let facts else { return [] }
        switch facts.name.form {
        case .checksum, .other: return []
        // Packer 1.6 has no data sources.
        case .component("datasource", _): return facts.layout.generations.subtracting([.since1_6])
        case .component, .plain, .versioned: return facts.layout.generations
        }
    }

    /// What a generation makes of the file.
    package func verdict(in generation: PackerGeneration) -> Verdict {
        let isMeant = generations.contains(generation)
        let reasons = findings.filter { finding in
            guard let effect = finding.effects[generation] else { return false }
            return isMeant ? effect.isRejection : effect.isHarmful
        }
        guard reasons.isEmpty else { return .rejected(reasons) }
        guard isMeant else { return .notLookedAt }
        return shadows[generation].map { .shadowed(by: $0) } ?? .found
    }

    /// What is to be put right.
    package var defects: [Finding] { findings.filter(\.isDefect) }

    /// Whether a generation would come as far as to use it.
    func isUsable(in generation: PackerGeneration) -> Bool {
        if case .rejected = verdict(in: generation) { return false }
        return generations.contains(generation)
    }
}
