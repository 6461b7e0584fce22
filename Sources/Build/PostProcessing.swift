import Components
import Console
import Logging

/// What happens to what a builder has made: each chain of post-processors, one after the other.
///
/// As in `packer/build.go` of Packer 1.6.6, but that Packer deletes what the builder has made also when a
/// post-processor has failed; here that is kept then, and when the build is cancelled, for there is nothing
/// else to show for the build.
struct PostProcessing {
    let build: String
    let chains: [[PreparedPostProcessor]]
    let ui: ConsoleInterface
    let screen: Screen
    let color: TerminalColor

    private let logger = Logger(label: "packer-swift.build")

    /// What is left in the end.
    private var results: [any Artifact] = []
    private var errors: [any Error] = []
    private var keepsOriginal = false

    init(
        _ build: PreparedBuild,
        ui: ConsoleInterface,
        screen: Screen,
        color: TerminalColor
    ) {
        self.build = build.name
        chains = build.postProcessors
        self.ui = ui
        self.screen = screen
        self.color = color
    }

    /// Runs all chains on an artifact.
    ///
    /// - Returns: The artifacts of the build: the original if it is kept, then what the chains have made.
    /// - Throws: What went wrong, all of it, after the other chains have run; `CancellationError`.
    mutating func run(on original: any Artifact) async throws -> [any Artifact] {
        guard !chains.isEmpty else { return [original] }
        for chain in chains {
            try Task.checkCancellation()
            do {
                try await run(chain, on: original)
            } catch {
                try Task.checkCancellation()
                errors.append(error)
            }
        }
        if keepsOriginal || !errors.isEmpty {
            results.insert(original, at: 0)
        } else {
            logger.info("Deleting original artifact for build '\(build)'")
            await destroy(original, "Error destroying builder artifact")
        }
        guard errors.isEmpty else { throw PostProcessingErrors(errors: errors) }
        return results
    }

    private mutating func run(
        _ chain: [PreparedPostProcessor],
        on original: any Artifact
    ) async throws {
        var prior = original
        for (number, step) in chain.enumerated() {
            try Task.checkCancellation()
            guard let made = try await run(step, on: prior, isFirst: number == 0) else {
                logger.info("Nil artifact, halting post-processor chain.")
                return
            }
            prior = made
        }
        results.append(prior)
    }

    /// Runs one post-processor.
    ///
    /// - Returns: What it made, or `nil`.
    private mutating func run(
        _ step: PreparedPostProcessor,
        on prior: any Artifact,
        isFirst: Bool
    ) async throws -> (any Artifact)? {
        let type = step.name == step.type ? "" : " (type \(step.type))"
        await ui.say("Running post-processor: \(step.name)\(type)")
        let own = ConsoleInterface(screen, target: "\(build) (\(step.type))", color: color)
        let result: PostProcessed
        do {
            result = try await step.postProcessor.postProcess(prior, ui: own)
        } catch {
            try Task.checkCancellation()
            throw BuildError.postProcessorFailed(error)
        }
        guard let made = result.artifact else { return nil }
        let keeps = keeps(result, step)
        if isFirst {
            // Other chains begin with it too.
            keepsOriginal = keepsOriginal || keeps
        } else if keeps {
            results.append(prior)
        } else {
            logger.info("Deleting prior artifact from post-processor '\(step.type)'")
            await destroy(prior, "Failed cleaning up prior artifact")
        }
        return made
    }

    /// The template's word counts, but where the result would be of no use without its input.
    private func keeps(_ result: PostProcessed, _ step: PreparedPostProcessor) -> Bool {
        guard let wanted = step.keepsInput else { return result.keepsInput }
        guard !wanted, result.keepsInput, result.forcesKeeping else { return wanted }
        logger.info(
            """
            The \(step.type) post-processor forces keep_input_artifact=true to preserve integrity of \
            the build chain. User-set keep_input_artifact=false will be ignored.
            """
        )
        return true
    }

    private mutating func destroy(_ artifact: any Artifact, _ failure: String) async {
        do {
            try await artifact.destroy()
        } catch {
            errors.append(BuildError.artifactNotDestroyed(failure, error))
        }
    }
}

/// Everything that went wrong with what a builder has made.
struct PostProcessingErrors: Error, CustomStringConvertible {
    let errors: [any Error]

    /// A list as Packer has it, also of one.
    var description: String {
        let list = errors.map { "* \($0)" }.joined(separator: "\n")
        return "\(errors.count) error(s) occurred:\n\n\(list)"
    }
}
