public import Console
import Template

extension PlanRequest {
    /// Plans and runs the builds, as `packer build` does; everything is said on the screen.
    ///
    /// Cancelling the task cancels the builds, which clean up first.
    ///
    /// - Parameters:
    ///   - screen: Where everything is said.
    ///   - parallelBuilds: How many builds run at once; 0 for all.
    ///   - registry: The components that the template can name.
    /// - Returns: Whether every build finished and nothing was cancelled.
    @concurrent
    public func build(
        on screen: Screen,
        parallelBuilds: Int = 0,
        registry: ComponentRegistry = .builtIn
    ) async -> Bool {
        guard let preparation = await prepare(on: screen, registry) else { return false }
        let run = BuildRun(preparation.builds, on: screen, parallelBuilds: parallelBuilds)
        let results = await run.run()
        return !Task.isCancelled
            && results.allSatisfy { result in
                if case .finished = result.outcome { true } else { false }
            }
    }

    /// Checks the template, as `packer validate` does; everything is said on the screen.
    ///
    /// - Parameters:
    ///   - syntaxOnly: Whether to stop once the file reads as a template.
    ///   - screen: Where everything is said.
    ///   - registry: The components that the template can name.
    /// - Returns: Whether nothing is wrong.
    @concurrent
    public func validate(
        syntaxOnly: Bool = false,
        on screen: Screen,
        registry: ComponentRegistry = .builtIn
    ) async -> Bool {
        let ui = ConsoleInterface(screen)
        if syntaxOnly {
            do {
                try checkSyntax()
            } catch {
                await report(error, to: ui)
                return false
            }
            await ui.say("Syntax-only check passed. Everything looks okay.")
            return true
        }
        guard await prepare(on: screen, registry) != nil else { return false }
        await ui.say("The configuration is valid.")
        return true
    }

    private func prepare(
        on screen: Screen,
        _ registry: ComponentRegistry
    ) async -> BuildPreparation? {
        let ui = ConsoleInterface(screen)
        do {
            let plan = try plan()
            await screen.hide(plan.sensitiveValues)
            let preparation = try await BuildPreparation(
                plan,
                registry: registry,
                canAsk: screen.canAsk
            )
            for warning in preparation.warnings { await ui.say("Warning: \(warning)") }
            return preparation
        } catch is CancellationError {
            await ui.say("Cancelled before any build was begun.")
            return nil
        } catch {
            await report(error, to: ui)
            return nil
        }
    }

    private func report(_ error: any Error, to ui: ConsoleInterface) async {
        guard let errors = error as? TemplateErrors else {
            return await ui.error("Error: \(error)")
        }
        for problem in errors.problems { await ui.error("Error: \(problem)") }
        let count = errors.problems.count
        if count > 1 { await ui.error("\n\(count) errors.") }
    }
}
