import Configuration
public import Interpolation

extension Template {
    /// Makes builds of the template.
    ///
    /// - Parameters:
    ///   - values: Values for user variables from the command line.
    ///   - only: Names of the builds to run; empty is all.
    ///   - except: Names of builds not to run, and of post-processors, each of which is left out with the
    ///     rest of its chain.
    ///   - environment: For `{{env}}` in `variables`.
    ///   - time: What the clock functions show.
    /// - Returns: The builds with everything that the core needs to know.
    /// - Throws: `TemplateErrors` with everything that is wrong: variables that are required and
    ///   not set, not declared, or made of one another in a circle; unknown names of builds; bad
    ///   `pause_before`, `timeout` and `max_retries`.
    public func plan(
        variables values: VariableValues = VariableValues(),
        only: [String] = [],
        except: [String] = [],
        environment: [String: String] = [:],
        time: UTCTime = .processStart
    ) throws -> BuildPlan {
        var context = InterpolationContext(
            environment: environment,
            templateDirectory: directory
        )
        context.time = time
        var resolution = VariableResolution(self, given: values, context: context)
        resolution.resolve()
        var problems = resolution.problems.map { sourceMap.locate($0) }
        problems += undeclared(values.assigned)
        // Texts below are made of the variables: their faults would only be repeated there.
        guard problems.isEmpty else { throw TemplateErrors(problems) }

        context.environment = nil
        context.userVariables = resolution.values
        let planner = BuildPlanner(template: self, except: except, context: context)
        let (builds, found) = planner.builds()
        let selection = BuildSelection(
            only: only,
            except: except,
            names: builds.map(\.name),
            postProcessors: postProcessors.joined().map(\.name)
        )
        problems += found.map { sourceMap.locate($0) }
        problems += selection.problems
        guard problems.isEmpty else { throw TemplateErrors(problems) }
        return BuildPlan(
            builds: builds.filter { selection.contains($0.name) },
            userVariables: resolution.values,
            sensitiveValues: sensitiveVariables.compactMap { resolution.values[$0] }
                .filter { !$0.isEmpty },
            warnings: warnings(values.fromFiles),
            templateDirectory: directory,
            sourceMap: sourceMap
        )
    }

    private func undeclared(_ assigned: [String: VariableValues.Given]) -> [TemplateProblem] {
        let names = variables.map(\.name)
        return assigned.keys.sorted().filter { !names.contains($0) }.map { name in
            let suggestion = Spelling.suggestion(for: name, among: names)
            return TemplateProblem(
                file: "",
                position: nil,
                problem: ConfigurationProblem(
                    "-var \(name): the template declares no variable \(name.goQuoted)",
                    remedy: suggestion.isEmpty ? "declare it in `variables`" : suggestion
                )
            )
        }
    }

    /// A file may serve several templates: what this one does not know is no error there.
    private func warnings(_ fromFiles: [String: VariableValues.Given]) -> [String] {
        let names = variables.map(\.name)
        return fromFiles.sorted { $0.key < $1.key }.compactMap { name, given in
            guard !names.contains(name), let source = given.source else { return nil }
            return TemplateProblem(
                file: source.file,
                position: source.position,
                problem: ConfigurationProblem(
                    "the template declares no variable \(name.goQuoted)",
                    remedy: "the value is not used"
                )
            ).description
        }
    }
}
