import Components
import Console

/// What `packer build` prints when all builds have ended, in its words and with its events.
struct BuildSummary {
    let results: [BuildRun.Result]
    let elapsed: Duration

    func print(on screen: Screen) async {
        let ui = ConsoleInterface(screen)
        await ui.say("\n==> Wait completed after \(elapsed.spelledOut)")
        guard !Task.isCancelled else {
            return await ui.say("Cleanly cancelled builds after being interrupted.")
        }
        await printErrors(on: screen, ui)
        await printArtifacts(on: screen, ui)
    }

    private func printErrors(on screen: Screen, _ ui: ConsoleInterface) async {
        let errors = results.compactMap { result -> (String, String)? in
            switch result.outcome {
            case .finished: nil
            case .failed(let error): (result.name, "\(error)")
            case .cancelled: (result.name, "cancelled")
            }
        }
        guard !errors.isEmpty else { return }
        await ui.machine("error-count", ["\(errors.count)"])
        await ui.error("\n==> Some builds didn't complete successfully and had errors:")
        for (name, error) in errors {
            await ConsoleInterface(screen, target: name).machine("error", [error])
            await ui.error("--> \(name): \(error)")
        }
    }

    private func printArtifacts(on screen: Screen, _ ui: ConsoleInterface) async {
        let finished = results.compactMap { result -> (String, [any Artifact])? in
            guard case .finished(let artifacts) = result.outcome else { return nil }
            return (result.name, artifacts)
        }
        guard !finished.isEmpty else {
            return await ui.say("\n==> Builds finished but no artifacts were created.")
        }
        await ui.say("\n==> Builds finished. The artifacts of successful builds are:")
        for (name, artifacts) in finished {
            let machine = ConsoleInterface(screen, target: name)
            // A build that made nothing is shown too.
            let shown = artifacts.isEmpty ? [nil] : artifacts.map(Optional.some)
            await machine.machine("artifact-count", ["\(shown.count)"])
            for (number, artifact) in shown.enumerated() {
                for data in Self.events(artifact) {
                    await machine.machine("artifact", ["\(number)"] + data)
                }
                await ui.say("--> \(name): \(artifact?.summary ?? "<nothing>")")
            }
        }
    }

    private static func events(_ artifact: (any Artifact)?) -> [[String]] {
        guard let artifact else { return [["nil"], ["end"]] }
        return [
            ["builder-id", artifact.builderID], ["id", artifact.id],
            ["string", artifact.summary], ["files-count", "\(artifact.files.count)"],
        ] + artifact.files.enumerated().map { ["file", "\($0.offset)", $0.element] } + [["end"]]
    }
}
