package import PluginHost

/// What the user says about plugins.
package struct PluginOptions: Sendable {
    /// Folders of plugins, the first first; they come before all others.
    package var folders: [String] = []
    /// What is asked of plugins, and what they get.
    package var policy = PluginPolicy()
    /// Whether the built-in components run in processes of their own too.
    package var isolatesBuiltIns = false

    /// Nothing but the usual places and rules.
    package init() {}
}
