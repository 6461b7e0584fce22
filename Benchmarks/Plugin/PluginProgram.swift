/// A program whose components are measured.
struct PluginProgram {
    let name: String
    let path: String
    /// What starts one of its provisioners.
    let arguments: @Sendable (_ provisioner: String) -> [String]

    static func ours(_ path: String) -> PluginProgram {
        PluginProgram(name: "packer-plugin-swift", path: path) { ["start", "provisioner", $0] }
    }

    static func gos(_ path: String) -> PluginProgram {
        PluginProgram(name: "packer plugin (Go)", path: path) {
            ["plugin", "packer-provisioner-\($0)"]
        }
    }
}
