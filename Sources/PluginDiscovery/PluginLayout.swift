/// How a plugin lies in a folder of plugins, which decides who looks for it there.
package enum PluginLayout: Sendable, Hashable, CaseIterable {
    /// One component by the name `packer-KIND-NAME`, at the top.
    case component
    /// All components by the name `packer-plugin-NAME`, at the top.
    case plain
    /// A file with versions in its name below `HOST/NAMESPACE/NAME`.
    case nested
    /// The same below fewer or more than three folders.
    case deep

    /// The generations that look there, and that the layout is meant for.
    ///
    /// A component that is a data source is for Packer since 1.7 alone; see
    /// ``PluginReport/generations``.
    package var generations: Set<PackerGeneration> {
        switch self {
        case .component, .plain: [.since1_6, .since1_7, .since1_9]
        case .nested: [.since1_7, .since1_9, .since1_11]
        case .deep: [.since1_11]
        }
    }
}
