import Components
import Configuration
import Template

/// Prepares every component of a plan, so that nothing is begun while anything is known to be wrong.
struct BuildPreparation: Sendable {
    let plan: BuildPlan
    let registry: ComponentRegistry
    /// Whether somebody can be asked while the builds run.
    let canAsk: Bool
    private let run = RunScope()

    private(set) var builds: [PreparedBuild] = []
    private(set) var warnings: [String] = []
    private var problems: [TemplateProblem] = []

    /// Prepares all components of all builds.
    ///
    /// - Throws: `TemplateErrors` with everything that is wrong; what is wrong with a provisioner of
    ///   several builds only once.
    init(_ plan: BuildPlan, registry: ComponentRegistry, canAsk: Bool = false) async throws {
        self.plan = plan
        self.registry = registry
        self.canAsk = canAsk
        self.warnings = plan.warnings
        for build in plan.builds {
            try await prepare(build)
        }
        guard problems.isEmpty else {
            throw TemplateErrors(problems.sorted { Self.place(of: $0) < Self.place(of: $1) })
        }
    }

    private static func place(of problem: TemplateProblem) -> (Int, Int) {
        (problem.position?.line ?? 0, problem.position?.column ?? 0)
    }

    private mutating func prepare(_ build: BuildPlan.Build) async throws {
        var context = PrepareContext(
            buildName: build.name,
            builderType: build.type,
            templateDirectory: plan.templateDirectory,
            templatePath: plan.templateDirectory == nil ? nil : plan.sourceMap.file,
            userVariables: plan.userVariables,
            canAsk: canAsk,
            run: run
        )
        let (plan, registry) = (plan, registry)
        let builder = try await noting(located: { plan.locate($0, in: build) }) {
            try await registry.prepareBuilder(build.type, build.configuration, in: context)
        }
        context.buildKeys += builder?.generatedKeys ?? []
        let provisioners = try await provisioners(of: build, in: context)
        let postProcessors = try await postProcessors(of: build, in: context)
        guard let builder else { return }
        builds.append(
            PreparedBuild(
                name: build.name,
                builder: builder.component,
                provisioners: provisioners,
                postProcessors: postProcessors
            )
        )
    }

    private mutating func provisioners(
        of build: BuildPlan.Build,
        in context: PrepareContext
    ) async throws -> [PreparedProvisioner] {
        let (plan, registry) = (plan, registry)
        var provisioners: [PreparedProvisioner] = []
        for provisioner in build.provisioners {
            let prepared = try await noting(located: { plan.locate($0, in: provisioner) }) {
                try await registry.prepareProvisioner(
                    provisioner.type,
                    provisioner.configuration,
                    in: context
                )
            }
            guard let prepared else { continue }
            provisioners.append(
                PreparedProvisioner(
                    type: provisioner.type,
                    provisioner: prepared.component,
                    pauseBefore: provisioner.pauseBefore,
                    timeout: provisioner.timeout,
                    maxRetries: provisioner.maxRetries
                )
            )
        }
        return provisioners
    }

    private mutating func postProcessors(
        of build: BuildPlan.Build,
        in context: PrepareContext
    ) async throws -> [[PreparedPostProcessor]] {
        let (plan, registry) = (plan, registry)
        var chains: [[PreparedPostProcessor]] = []
        for chain in build.postProcessors {
            chains.append([])
            for postProcessor in chain {
                let prepared = try await noting(located: { plan.locate($0, in: postProcessor) }) {
                    try await registry.preparePostProcessor(
                        postProcessor.type,
                        postProcessor.configuration,
                        in: context
                    )
                }
                guard let prepared else { continue }
                chains[chains.count - 1].append(
                    PreparedPostProcessor(
                        name: postProcessor.name,
                        type: postProcessor.type,
                        postProcessor: prepared.component,
                        keepsInput: postProcessor.keepsInput
                    )
                )
            }
        }
        return chains
    }

    /// What was prepared, or `nil`; problems and warnings are noted.
    ///
    /// - Throws: `CancellationError` alone.
    private mutating func noting<Component>(
        located: (ConfigurationErrors) -> TemplateErrors,
        _ prepare: () async throws -> Prepared<Component>
    ) async throws -> Prepared<Component>? {
        do {
            let prepared = try await prepare()
            warnings += prepared.warnings.filter { !warnings.contains($0) }
            return prepared
        } catch let error as CancellationError {
            throw error
        } catch {
            let errors = located(ConfigurationErrors(wrapping: error))
            problems += errors.problems.filter { !problems.contains($0) }
            return nil
        }
    }
}
