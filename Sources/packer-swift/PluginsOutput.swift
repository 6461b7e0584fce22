import ArgumentParser
import Console
import PackerRPC
import PluginHost

/// How the commands about plugins show what there is.
struct PluginsOutput: Sendable {
    let screen: Screen
    private let ui: ConsoleInterface

    private init(_ screen: Screen) {
        self.screen = screen
        ui = ConsoleInterface(screen)
    }

    /// Runs a command with an output, which a signal or a closed output ends.
    ///
    /// - Throws: `ExitCode.failure` when the work says that not all went well, or throws; the reason is
    ///   shown.
    static func run(
        isMachineReadable: Bool,
        _ work: @escaping @Sendable (PluginsOutput) async throws -> Bool
    ) async throws {
        let cancellation = Cancellation()
        let screen = StandardScreen.make(
            isMachineReadable: isMachineReadable,
            onClosed: { cancellation.cancel() }
        )
        StandardScreen.watch { cancellation.cancel() }
        Signals.onInterrupt { name in
            cancellation.cancel()
            Task { await ConsoleInterface(screen).say("Cancelling after receiving \(name)") }
        }
        let output = PluginsOutput(screen)
        let isSuccess = await cancellation.run {
            do {
                return try await work(output)
            } catch is CancellationError {
                return false
            } catch {
                await output.complain("\(error)")
                return false
            }
        }
        await screen.finish()
        guard isSuccess else { throw ExitCode.failure }
    }

    func complain(_ text: String) async { await ui.error("Error: \(text)") }

    func found(_ plugin: FoundPlugin) async {
        await ui.machine(
            "plugin-installed",
            [plugin.path, "\(plugin.version.map { "\($0)" } ?? "")"]
        )
        await show(plugin.path)
    }

    func removed(_ plugin: FoundPlugin) async { await show(plugin.path) }

    func shadowed(_ shadowed: PluginCatalog.Shadowed) async {
        await ui.machine("plugin-shadowed", [shadowed.plugin.path, shadowed.other.path])
        await note("\(shadowed.plugin.path) is not used: \(shadowed.other.path) is, in its place")
    }

    func rejected(_ rejected: PluginCatalog.Rejected) async {
        let refusal = rejected.refusal
        await ui.machine("plugin-rejected", [refusal.path, refusal.reason, refusal.remedy])
        await note("\(refusal.path) is not used: \(refusal.reason). \(refusal.remedy)")
    }

    func described(_ plugin: FoundPlugin, _ components: [PluginComponent]) async {
        let description = components.lazy.compactMap(\.description).first
        let version = description?.version ?? plugin.version.map { "\($0)" } ?? ""
        let api = description?.apiVersion ?? ""
        await ui.machine("plugin", [plugin.path, version, api])
        let words = [
            version.isEmpty ? nil : "version \(version)", api.isEmpty ? nil : "API \(api)",
        ]
        let known = words.compactMap(\.self).joined(separator: ", ")
        await show(plugin.path + (known.isEmpty ? "" : ": \(known)"))
        for component in components {
            await ui.machine(
                "plugin-component",
                [plugin.path, component.kind.rawValue, component.templateName]
            )
            await show("  \(component.kind.rawValue) \(component.templateName)")
        }
    }

    func schema(of component: PluginComponent, _ specification: PluginSpecification) async {
        let name = component.templateName
        await show("\(component.kind.rawValue) \(name): \(specification.options.count) options")
        for option in specification.options {
            await ui.machine(
                "plugin-option",
                [
                    component.kind.rawValue, name, option.name, option.type,
                    option.isRequired ? "required" : "optional",
                ]
            )
            await show("  \(option.name)  \(option.type)\(option.isRequired ? ", required" : "")")
        }
    }

    private func note(_ line: String) async {
        if !screen.style.isMachineReadable { await ui.error(line) }
    }

    private func show(_ line: String) async {
        if !screen.style.isMachineReadable { await ui.say(line) }
    }
}
