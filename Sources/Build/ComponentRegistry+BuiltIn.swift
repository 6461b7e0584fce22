import FileProvisioner
import ShellProvisioner

extension ComponentRegistry {
    /// What this package brings: the builder `null`, the provisioners `shell` and `file`.
    public static let builtIn: ComponentRegistry = {
        var registry = ComponentRegistry()
        registry.register(NullBuilder.self, asBuilder: "null")
        registry.register(ShellProvisioner.self, asProvisioner: "shell")
        registry.register(FileProvisioner.self, asProvisioner: "file")
        return registry
    }()
}
