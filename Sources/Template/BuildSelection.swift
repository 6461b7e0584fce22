import Configuration

/// Which builds `-only` and `-except` leave; by exact name, as Packer has it for JSON templates.
struct BuildSelection {
    private let only: Set<String>
    private let except: Set<String>
    /// Names that no build has, or that nothing is left.
    let problems: [TemplateProblem]

    /// - Parameters:
    ///   - only: What `-only` says.
    ///   - except: What `-except` says.
    ///   - names: Of the builds.
    ///   - postProcessors: Names that `-except` may say too.
    init(only: [String], except: [String], names: [String], postProcessors: [String] = []) {
        let (wanted, unwanted) = (Set(only), Set(except))
        (self.only, self.except) = (wanted, unwanted)
        let flagged =
            only.map { ("-only", $0) }
            + except.filter { !postProcessors.contains($0) }.map { ("-except", $0) }
        var problems = flagged.filter { !names.contains($0.1) }.map { flag, name in
            ConfigurationProblem(
                "\(flag): there is no build \(name.goQuoted)",
                remedy: Spelling.suggestion(for: name, among: names)
            )
        }
        let isEmpty = !names.contains { Self.contains($0, wanted, unwanted) }
        if problems.isEmpty, isEmpty, !names.isEmpty {
            problems.append(
                ConfigurationProblem(
                    "no builds to run",
                    remedy: "-only and -except leave none of "
                        + names.map { "`\($0)`" }.joined(separator: ", ")
                )
            )
        }
        self.problems = problems.map { TemplateProblem(file: "", position: nil, problem: $0) }
    }

    func contains(_ name: String) -> Bool { Self.contains(name, only, except) }

    private static func contains(
        _ name: String,
        _ only: Set<String>,
        _ except: Set<String>
    ) -> Bool { (only.isEmpty || only.contains(name)) && !except.contains(name) }
}
