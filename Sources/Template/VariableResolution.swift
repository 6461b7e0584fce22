import Configuration
import Interpolation

/// Works out the values of a template's user variables, which may be made of one another.
struct VariableResolution {
    /// Over how many others a variable may depend on another; bounds the stack.
    static let longestChain = 100

    private let template: Template
    private let given: VariableValues
    private var context: InterpolationContext
    private var underway: [String] = []
    private(set) var problems: [ConfigurationProblem] = []
    /// The values so far, failed ones included as "" so that one fault is reported once.
    private(set) var values: [String: String] = [:]

    init(_ template: Template, given: VariableValues, context: InterpolationContext) {
        self.template = template
        self.given = given
        self.context = context
    }

    /// Finds all values; what cannot be found is left in ``problems``.
    mutating func resolve() {
        for variable in template.variables { resolve(variable) }
    }

    private mutating func resolve(_ variable: Template.Variable) {
        guard values[variable.name] == nil else { return }
        let path = ConfigurationPath([.key("variables"), .key(variable.name)])
        guard let source = given.value(of: variable.name) ?? variable.defaultValue else {
            values[variable.name] = ""
            problems.append(
                ConfigurationProblem(
                    "required variable not set: \(variable.name)",
                    at: path,
                    remedy: "set it with -var '\(variable.name)=…' or in a -var-file"
                )
            )
            return
        }
        do {
            values[variable.name] = try rendered(source, of: variable)
        } catch {
            values[variable.name] = ""
            problems += ConfigurationErrors(wrapping: error, under: path).problems
        }
    }

    private mutating func rendered(
        _ source: String,
        of variable: Template.Variable
    ) throws -> String {
        let text = try TemplateText(source)
        if let start = underway.firstIndex(of: variable.name) {
            let circle = underway[start...] + [variable.name]
            throw ConfigurationErrors(
                "variables are made of one another in a circle: "
                    + circle.joined(separator: " -> "),
                remedy: "give one of them a value of its own"
            )
        }
        guard underway.count < Self.longestChain else {
            throw ConfigurationErrors(
                "variables are made of one another over more than \(Self.longestChain) steps",
                remedy: "give one of them a value of its own"
            )
        }
        underway.append(variable.name)
        defer { underway.removeLast() }
        for name in text.userVariables {
            guard let other = template.variables.first(where: { $0.name == name }) else { continue }
            resolve(other)
        }
        context.userVariables = values
        return try text.render(with: context)
    }
}
