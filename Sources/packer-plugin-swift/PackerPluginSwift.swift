import NullBuilder
import ChecksumPostProcessor
import FileDataSource
import FileProvisioner
import PluginSDK
import ShellProvisioner

/// Packer's own components, as this project makes them, for every Packer.
@main struct PackerPluginSwift {
    static func main() async {
        var plugin = PluginSet(name: "swift", version: "0.1.0")
        plugin.register(provisioner: ShellProvisioner.self, as: "shell")
        plugin.register(provisioner: ShellLocalProvisioner.self, as: "shell-local")
        plugin.register(provisioner: FileProvisioner.self, as: "file")
        plugin.register(builder: NullBuilder.self, as: "ssh")
        plugin.register(postProcessor: ChecksumPostProcessor.self, as: "checksum")
        plugin.register(dataSource: FileDataSource.self, as: "file")
        await plugin.run()
    }
}
