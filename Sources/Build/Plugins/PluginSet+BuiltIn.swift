internal import ChecksumPostProcessor
internal import FileProvisioner
internal import NullBuilder
package import PluginSDK
internal import ShellProvisioner

extension PluginSet {
    /// What ``ComponentRegistry/builtIn`` has, to be served by this program to itself: for `-isolate`.
    package static let builtIn: PluginSet = {
        var set = PluginSet(name: "packer-swift", version: ProgramVersion.number)
        set.register(builder: NullBuilder.self, as: "null")
        set.register(provisioner: ShellProvisioner.self, as: "shell")
        set.register(provisioner: ShellLocalProvisioner.self, as: "shell-local")
        set.register(provisioner: FileProvisioner.self, as: "file")
        set.register(postProcessor: ChecksumPostProcessor.self, as: "checksum")
        return set
    }()
}
