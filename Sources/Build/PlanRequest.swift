import Template

/// Which builds of which template, with which variables: what a command line says.
public struct PlanRequest: Sendable {
    /// The template's path; `-` is the standard input.
    public var template: String
    /// Values of variables as `-var` has them, `name=value`; they win over files.
    public var assignments: [String]
    /// Files of variables, in order; a later one wins.
    public var variableFiles: [String]
    /// The names of the only builds wanted; empty for all.
    public var only: [String]
    /// The names of the builds not wanted.
    public var except: [String]
    /// What `{{env}}` in the template's variables finds.
    public var environment: [String: String]

    /// A request made of its parts.
    public init(
        template: String,
        assignments: [String] = [],
        variableFiles: [String] = [],
        only: [String] = [],
        except: [String] = [],
        environment: [String: String] = [:]
    ) {
        self.template = template
        self.assignments = assignments
        self.variableFiles = variableFiles
        self.only = only
        self.except = except
        self.environment = environment
    }

    /// Reads the template and plans its builds.
    ///
    /// - Throws: `TemplateErrors` with everything that is wrong.
    func plan() throws -> BuildPlan {
        let template = try load()
        var values = VariableValues()
        for file in variableFiles { try values.add(file: file) }
        for assignment in assignments { try values.add(assignment: assignment) }
        return try template.plan(
            variables: values,
            only: only,
            except: except,
            environment: environment
        )
    }

    /// Reads the template alone.
    ///
    /// - Throws: `TemplateErrors` with everything that is wrong.
    func checkSyntax() throws {
        _ = try load()
    }

    private func load() throws -> Template {
        try Template.load(template)
    }
}
