import PackerRPC
import PluginHost
import Processes
import TestSupport

/// A plugin that a shell script plays, or a real one, and how it is started.
enum PlayedPlugin {
    /// A launch of a script; it finds its folder in `$TMPDIR`.
    static func script(_ text: String) -> PluginLaunch {
        PluginLaunch(
            PluginIdentity(name: "packer-provisioner-played", path: "/played", version: "1.2.3"),
            program: ProcessSpecification("/bin/sh", ["-c", text]),
            environment: environment
        )
    }

    /// A launch of one of Debian packer's own components.
    static func debian(_ component: String) -> PluginLaunch {
        PluginLaunch(
            PluginIdentity(name: component, path: "/usr/bin/packer"),
            program: ProcessSpecification("/usr/bin/packer", ["plugin", component]),
            environment: environment
        )
    }

    /// What a host with nothing of its own to say would give.
    static let environment = PluginEnvironment()
        .entries(for: "played", of: ProcessEnvironment.entries)

    /// Starts it, and ends it after some work.
    static func running<Value>(
        _ launch: PluginLaunch,
        log: @escaping @Sendable (String) -> Void = { _ in },
        _ work: (RunningPlugin) async throws -> Value
    ) async throws -> Value {
        let plugin = try await RunningPlugin.start(launch, log: log)
        do {
            let value = try await work(plugin)
            await plugin.close()
            return value
        } catch {
            await plugin.close()
            throw error
        }
    }

    /// The failure of a start that must fail.
    static func failure(
        _ launch: PluginLaunch,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> PluginFailure? {
        do {
            let plugin = try await RunningPlugin.start(launch, log: log)
            await plugin.close()
            return nil
        } catch let error as PluginFailure {
            return error
        }
    }
}
