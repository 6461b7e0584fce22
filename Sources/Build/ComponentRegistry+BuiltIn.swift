import ChecksumPostProcessor
import FileProvisioner
import NullBuilder
import ShellProvisioner

extension ComponentRegistry {
    /// What this package brings: the builder `null`, the provisioners `shell`, `shell-local`
    /// and `file`, the post-processor `checksum`.
    public static let builtIn: ComponentRegistry = {
        var registry = ComponentRegistry()
        registry.register(NullBuilder.self, asBuilder: "null")
        registry.register(ShellProvisioner.self, asProvisioner: "shell")
        registry.register(ShellLocalProvisioner.self, asProvisioner: "shell-local")
        registry.register(FileProvisioner.self, asProvisioner: "file")
        registry.register(ChecksumPostProcessor.self, asPostProcessor: "checksum")
        return registry
    }()
}
