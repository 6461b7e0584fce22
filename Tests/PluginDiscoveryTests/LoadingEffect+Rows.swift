import PluginDiscovery

/// Effects that many rules have.
extension [PackerGeneration: LoadingEffect] {
    /// The generations that look at the top of a folder.
    static func top(_ effect: LoadingEffect) -> Self {
        [.since1_6: effect, .since1_7: effect, .since1_9: effect]
    }

    /// The generations that look below a source address.
    static func below(_ effect: LoadingEffect) -> Self {
        [.since1_7: effect, .since1_9: effect, .since1_11: effect]
    }

    /// A template cannot require it before 1.11.
    static let unrequirable: Self = [.since1_7: .notRequirable, .since1_9: .notRequirable]
    /// Nor is it loaded since.
    static let unnamed: Self = unrequirable.merging(newest) { $1 }
    /// Packer ends before 1.11, and passes it over since.
    static let fatal: Self = [
        .since1_7: .endsPacker, .since1_9: .endsPacker, .since1_11: .notLoaded,
    ]
    /// Only since 1.11 it is passed over.
    static let newest: Self = [.since1_11: .notLoaded]
}
