/// What a plugin gets of this process's environment.
///
/// Packer gives all of it. Here a plugin gets what programs need everywhere, what is Packer's, and what
/// is named for it: by ``additions``, or because many use it with this plugin, as `AWS_*` for `amazon`.
/// Never without being named: `LD_*`, which would put other code into it, and `SSH_AUTH_SOCK`, which would
/// let it log in wherever the user can.
package struct PluginEnvironment: Sendable, Hashable {
    /// Names of variables, or their beginnings with a `*` at the end, by the plugin's name; those under
    /// `*` are for every plugin.
    package var additions: [String: [String]]
    /// Whether every plugin gets everything, as from Packer.
    package var passesEverything: Bool

    /// The usual environment, and what is named.
    package init(additions: [String: [String]] = [:], passesEverything: Bool = false) {
        self.additions = additions
        self.passesEverything = passesEverything
    }

    /// What programs need, wherever they run.
    static let common = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LANGUAGE", "LC_*", "TZ",
        "SSL_CERT_*", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy",
        "https_proxy", "no_proxy", "all_proxy", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
        "XDG_DATA_HOME", "CHECKPOINT_DISABLE", "PACKER_*",
    ]

    /// What the plugins of well-known makers look for, by the plugin's name: their own documentation.
    static let vendors: [String: [String]] = [
        "alicloud": ["ALICLOUD_*", "ALIBABA_CLOUD_*", "SECURITY_TOKEN"],
        "amazon": ["AWS_*"],
        "azure": ["AZURE_*", "ARM_*"],
        "cloudstack": ["CLOUDSTACK_*"],
        "digitalocean": ["DIGITALOCEAN_*"],
        "docker": ["DOCKER_*"],
        "googlecompute": ["GOOGLE_*", "GCLOUD_*", "CLOUDSDK_*"],
        "hcloud": ["HCLOUD_*"],
        "hyperone": ["HYPERONE_*"],
        "linode": ["LINODE_*"],
        "oneandone": ["ONEANDONE_*"],
        "openstack": ["OS_*"],
        "oracle": ["OCI_*"],
        "parallels": ["PARALLELS_*"],
        "profitbricks": ["PROFITBRICKS_*"],
        "proxmox": ["PROXMOX_*"],
        "scaleway": ["SCW_*", "SCALEWAY_*"],
        "tencentcloud": ["TENCENTCLOUD_*"],
        "triton": ["TRITON_*", "SDC_*"],
        "ucloud": ["UCLOUD_*"],
        "vagrant": ["VAGRANT_*"],
        "vsphere": ["VSPHERE_*", "GOVC_*"],
        "yandex": ["YC_*"],
        "ansible": ["ANSIBLE_*", "SSH_AUTH_SOCK"],
    ]

    /// The entries of an environment that a plugin gets.
    ///
    /// - Parameters:
    ///   - plugin: Its name without `packer-plugin-` or the kind of a single component. What is said for
    ///     `amazon` holds for the single component `amazon-ebs` too.
    ///   - entries: The environment, as `NAME=value`.
    /// - Returns: Those that are for it, in their order.
    package func entries(for plugin: String, of entries: [[UInt8]]) -> [[UInt8]] {
        guard !passesEverything else { return entries }
        let patterns = Self.common + named(for: plugin)
        return entries.filter { entry in
            let name = String(decoding: entry.prefix { $0 != 0x3D }, as: UTF8.self)
            return patterns.contains { Self.matches(name, $0) }
        }
    }

    private func named(for plugin: String) -> [String] {
        Self.vendors.merging(additions) { $0 + $1 }.flatMap { name, patterns in
            name == "*" || name == plugin || plugin.hasPrefix("\(name)-") ? patterns : []
        }
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }
}
