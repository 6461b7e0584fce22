import PluginSDK

/// A plugin for tests: nested blocks, artifacts, and components that misbehave.
@main struct TestPlugin {
    static func main() async {
        var plugin = PluginSet(name: "test", version: "1.0.0")
        plugin.register(provisioner: BlockProvisioner.self, as: "blocks")
        plugin.register(provisioner: CrashingProvisioner.self, as: "crash")
        plugin.register(provisioner: PrintingProvisioner.self, as: "print")
        plugin.register(builder: FileListBuilder.self, as: "files")
        plugin.register(postProcessor: ListingPostProcessor.self, as: "list")
        plugin.register(builder: StepsBuilder.self, as: "steps")
        // The same of every kind, and one by the plugin's own name.
        plugin.register(provisioner: EchoProvisioner.self, as: "echo")
        plugin.register(builder: EchoBuilder.self, as: "echo")
        plugin.register(postProcessor: EchoPostProcessor.self, as: "echo")
        plugin.register(dataSource: EchoDataSource.self, as: "echo")
        plugin.register(provisioner: EchoProvisioner.self)
        await plugin.run()
    }
}
