package import Console

extension PlanRequest {
    /// As ``build(on:parallelBuilds:registry:)``, with plugins.
    package func build(
        on screen: Screen,
        parallelBuilds: Int = 0,
        plugins options: PluginOptions
    ) async -> Bool {
        await withPlugins(options, on: screen) { registry in
            await build(on: screen, parallelBuilds: parallelBuilds, registry: registry)
        }
    }

    /// As ``validate(syntaxOnly:on:registry:)``, with plugins.
    package func validate(
        syntaxOnly: Bool = false,
        on screen: Screen,
        plugins options: PluginOptions
    ) async -> Bool {
        guard !syntaxOnly else { return await validate(syntaxOnly: true, on: screen) }
        return await withPlugins(options, on: screen) { registry in
            await validate(on: screen, registry: registry)
        }
    }

    /// Every plugin that the work has started is ended when it returns, whatever came of it.
    private func withPlugins(
        _ options: PluginOptions,
        on screen: Screen,
        _ work: (ComponentRegistry) async -> Bool
    ) async -> Bool {
        guard let scope = try? await PluginScope(options, adding: .builtIn, on: screen) else {
            // Cancelled: nothing was begun.
            return false
        }
        let isSuccess = await work(scope.registry)
        await scope.end()
        return isSuccess
    }
}
