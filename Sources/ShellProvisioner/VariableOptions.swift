internal import Configuration

/// The options `environment_vars` and `env`, which say the same in two ways.
struct VariableOptions {
    var environmentVars: [String]
    var env: [String: String]

    /// The variables; of two with one name the later one wins.
    var variables: [(name: String, value: String)] {
        environmentVars.compactMap(Self.variable)
            + env.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// What is wrong with each of the variables.
    func check() -> [ConfigurationProblem] {
        let root = ConfigurationPath()
        var problems: [ConfigurationProblem] = []
        for (number, text) in environmentVars.enumerated() {
            let place = root.key("environment_vars").index(number)
            guard let (name, value) = Self.variable(text) else {
                let fault = "Environment variable not in format 'key=value': \(text)"
                problems.append(ConfigurationProblem(fault, at: place))
                continue
            }
            problems += Self.problems(name, value, at: place)
        }
        for (name, value) in env.sorted(by: { $0.key < $1.key }) {
            problems += Self.problems(name, value, at: root.key("env").key(name))
        }
        return problems
    }

    private static func problems(
        _ name: String,
        _ value: String,
        at place: ConfigurationPath
    ) -> [ConfigurationProblem] {
        EnvironmentFile.fault(name: name, value: Array(value.utf8)).map {
            ConfigurationProblem(
                $0,
                at: place,
                remedy: ShellProvisionerError.Code.invalidEnvironment.remedy
            )
        }.map { [$0] } ?? []
    }

    /// `KEY=VALUE` in two; `nil` without `=` or without a key.
    private static func variable(_ text: String) -> (name: String, value: String)? {
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "=")), mark > text.startIndex else {
            return nil
        }
        return (String(text[..<mark]), String(text[text.utf8.index(after: mark)...]))
    }
}
