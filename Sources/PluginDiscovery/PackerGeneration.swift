/// Releases of Packer that find plugins by one set of rules.
///
/// Where a rule came or went inside a generation, the generation counts as having it, and the text of
/// the finding says since or up to which release. Source: `packer/plugin.go` and
/// `packer/plugin-getter/plugins.go` of Packer 1.6.6 to 1.16.0.
package enum PackerGeneration: Int, Sendable, Hashable, CaseIterable, Comparable {
    /// 1.6: single components and plugins by plain names, at the top of a folder.
    case since1_6
    /// 1.7 and 1.8: also files with versions in their names, below a source address.
    case since1_7
    /// 1.9 and 1.10: the same, from the last folder that is searched.
    case since1_9
    /// 1.11 and later: files with versions in their names alone, from one folder.
    case since1_11

    /// The generation for people: `1.7-1.8`.
    package var name: String {
        switch self {
        case .since1_6: "1.6"
        case .since1_7: "1.7-1.8"
        case .since1_9: "1.9-1.10"
        case .since1_11: "1.11+"
        }
    }

    /// Earlier before later.
    package static func < (first: PackerGeneration, second: PackerGeneration) -> Bool {
        first.rawValue < second.rawValue
    }
}
