import Configuration
import Interpolation

/// Combines a template's builders and provisioners into builds.
struct BuildPlanner {
    let template: Template
    /// The names of post-processors that are left out, each with the rest of its chain.
    let except: [String]
    let context: InterpolationContext

    /// All builds, and everything that is wrong.
    func builds() -> ([BuildPlan.Build], [ConfigurationProblem]) {
        var builds: [BuildPlan.Build] = []
        var problems: [ConfigurationProblem] = []
        let (wrappings, faults) = wrappings()
        problems += faults
        for builder in template.builders {
            let path = builder.path.key("name")
            do {
                let name = try TemplateText(builder.name).render(with: context)
                if builds.contains(where: { $0.name == name }) {
                    problems.append(
                        ConfigurationProblem(
                            "builder with name '\(name)' already exists",
                            at: path,
                            remedy: "give it another \"name\""
                        )
                    )
                }
                builds.append(
                    BuildPlan.Build(
                        name: name,
                        type: builder.type,
                        configuration: .map(builder.configuration),
                        path: builder.path,
                        provisioners: zip(template.provisioners, wrappings)
                            .compactMap { planned($0, $1, for: builder) },
                        postProcessors: template.postProcessors.map { chain(of: $0, for: builder) }
                            .filter { !$0.isEmpty }
                    )
                )
            } catch {
                problems += ConfigurationErrors(wrapping: error, under: path).problems
            }
        }
        return (builds, problems)
    }

    /// What is left of a chain for a builder.
    private func chain(
        of postProcessors: [Template.PostProcessor],
        for builder: Template.Builder
    ) -> [BuildPlan.PostProcessor] {
        postProcessors.filter { postProcessor in
            (postProcessor.only.isEmpty || postProcessor.only.contains(builder.name))
                && !postProcessor.except.contains(builder.name)
        }.prefix { !except.contains($0.name) }.map { postProcessor in
            BuildPlan.PostProcessor(
                name: postProcessor.name,
                type: postProcessor.type,
                configuration: .map(postProcessor.configuration),
                keepsInput: postProcessor.keepsInput,
                path: postProcessor.path
            )
        }
    }

    private func wrappings() -> ([ProvisionerWrapping], [ConfigurationProblem]) {
        var problems: [ConfigurationProblem] = []
        let wrappings = template.provisioners.map { provisioner in
            do {
                return try ProvisionerWrapping.decode(provisioner.wrapping) { text in
                    try TemplateText(text).render(with: context)
                }
            } catch {
                problems +=
                    ConfigurationErrors(wrapping: error, under: provisioner.path).problems
                return ProvisionerWrapping()
            }
        }
        return (wrappings, problems)
    }

    private func planned(
        _ provisioner: Template.Provisioner,
        _ wrapping: ProvisionerWrapping,
        for builder: Template.Builder
    ) -> BuildPlan.Provisioner? {
        let isMeant =
            (provisioner.only.isEmpty || provisioner.only.contains(builder.name))
            && !provisioner.except.contains(builder.name)
        guard isMeant else { return nil }
        let override = provisioner.overrides[builder.name]
        return BuildPlan.Provisioner(
            type: provisioner.type,
            configuration: .map(
                provisioner.configuration.merging(override ?? [:]) { $0.overridden(by: $1) }
            ),
            pauseBefore: wrapping.pauseBefore,
            timeout: wrapping.timeout == .zero ? nil : wrapping.timeout,
            maxRetries: wrapping.maxRetries.number,
            path: provisioner.path,
            overridePath: override == nil
                ? nil : provisioner.path.key("override").key(builder.name)
        )
    }
}
