import NullBuilder
import FileProvisioner
import ShellProvisioner

extension ComponentRegistry {
    /// What this package brings: the builder `null`, the provisioners `shell`, `shell-local`
    /// and `file`.
    public static let builtIn: ComponentRegistry = {
        var registry = ComponentRegistry()
        registry.register(NullBuilder.self, asBuilder: "null")
        registry.register(ShellProvisioner.self, asProvisioner: "shell")
        registry.register(ShellLocalProvisioner.self, asProvisioner: "shell-local")
        registry.register(FileProvisioner.self, asProvisioner: "file")
        return registry
    }()
}
