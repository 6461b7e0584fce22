public import Components
public import Console

/// Runs the builds of a plan, several at once, and tells how they went, as `packer build` does.
///
/// Cancelling the task that calls ``run()`` cancels every build; each one ends its remote work and
/// cleans up before `run()` returns.
public struct BuildRun: Sendable {
    /// How one build ended.
    public enum Outcome: Sendable {
        /// It is through; with what it made, in the order of its making.
        case finished([any Artifact])
        /// It failed.
        case failed(any Error)
        /// It was cancelled, before it began or while it ran.
        case cancelled
    }

    /// A build's name and how it ended.
    public struct Result: Sendable {
        /// The build's name.
        public let name: String
        /// How it ended.
        public let outcome: Outcome
    }

    private let builds: [PreparedBuild]
    private let screen: Screen
    private let parallelBuilds: Int

    /// A run of prepared builds.
    ///
    /// - Parameters:
    ///   - builds: The builds in the order of their template.
    ///   - screen: Where everything is said.
    ///   - parallelBuilds: How many run at once; 0 for all.
    public init(_ builds: [PreparedBuild], on screen: Screen, parallelBuilds: Int = 0) {
        self.builds = builds
        self.screen = screen
        self.parallelBuilds = parallelBuilds
    }

    /// Runs the builds, then prints the summary.
    ///
    /// - Returns: How each build ended, in the order of the plan, whatever the order of the ends.
    @concurrent
    public func run() async -> [Result] {
        let begin = ContinuousClock.now
        await announceColors()
        var outcomes: [Int: Outcome] = [:]
        await withTaskGroup(of: (Int, Outcome).self) { group in
            var waiting = Array(builds.enumerated())[...]
            let limit = parallelBuilds > 0 ? parallelBuilds : builds.count
            for (number, build) in waiting.prefix(limit) {
                group.addTask { (number, await run(build, number: number)) }
            }
            waiting = waiting.dropFirst(limit)
            while let (number, outcome) = await group.next() {
                outcomes[number] = outcome
                guard let (next, build) = waiting.popFirst() else { continue }
                group.addTask { (next, await run(build, number: next)) }
            }
        }
        let results = builds.enumerated().map { number, build in
            Result(name: build.name, outcome: outcomes[number] ?? .cancelled)
        }
        await BuildSummary(results: results, elapsed: ContinuousClock.now - begin).print(on: screen)
        return results
    }

    private func announceColors() async {
        guard screen.style.usesColor, !builds.isEmpty else { return }
        for (number, build) in builds.enumerated() {
            await interface(of: build, number: number).withoutPrefix
                .say("\(build.name): output will be in this color.")
        }
        await ConsoleInterface(screen).say("")
    }

    private func run(_ build: PreparedBuild, number: Int) async -> Outcome {
        guard !Task.isCancelled else { return .cancelled }
        let begin = ContinuousClock.now
        let ui = interface(of: build, number: number)
        let hook = ProvisionHook(
            provisioners: build.provisioners,
            errorCleanup: build.errorCleanup
        )
        let outcome: Outcome
        do {
            outcome = .finished(try await work(build, hook, ui, number))
        } catch {
            outcome = Task.isCancelled || error is CancellationError ? .cancelled : .failed(error)
        }
        let elapsed = (ContinuousClock.now - begin).spelledOut
        let end = "Build '\(build.name)'"
        switch outcome {
        case .finished: await ui.withoutPrefix.say("\(end) finished after \(elapsed).")
        case .failed(let error):
            await ui.withoutPrefix.error("\(end) errored after \(elapsed): \(error)")
        case .cancelled: await ui.withoutPrefix.say("\(end) was cancelled after \(elapsed).")
        }
        return outcome
    }

    /// Has the machine built, and post-processes what came of it.
    private func work(
        _ build: PreparedBuild,
        _ hook: ProvisionHook,
        _ ui: ConsoleInterface,
        _ number: Int
    ) async throws -> [any Artifact] {
        guard let made = try await build.builder.run(ui: ui, hook: hook) else { return [] }
        var postProcessing = PostProcessing(
            build,
            ui: ui,
            screen: screen,
            color: .ofBuild(number)
        )
        return try await postProcessing.run(on: made)
    }

    private func interface(of build: PreparedBuild, number: Int) -> ConsoleInterface {
        ConsoleInterface(screen, target: build.name, color: .ofBuild(number))
    }
}
