import Configuration

/// The options of the null builder.
struct NullConfiguration: ConfigurationBlock {
    @Field("How the machine is reached: `ssh`, `local` for this machine, or `none`.")
    var communicator: CommunicatorKind = .ssh

    @Flattened var ssh: SSHOptions

    /// What is wrong between the options of the communicator that was chosen.
    func problems(canAsk: Bool) -> [ConfigurationProblem] {
        communicator == .ssh ? ssh.problems(canAsk: canAsk) : []
    }
}

/// The communicators of the null builder.
enum CommunicatorKind: String, CaseIterable, FieldValue {
    case ssh
    case local
    case none

    static var fieldType: FieldType { .string }

    var fieldText: String { rawValue.goQuoted }

    static func parse(_ raw: ConfigurationValue, rendering: FieldRendering) throws -> Self {
        let name = try String.parse(raw, rendering: rendering)
        // Packer takes the empty text for the default.
        if name.isEmpty { return .ssh }
        guard let kind = Self(rawValue: name) else {
            throw ConfigurationErrors(
                "Communicator type \(name) is invalid",
                remedy: Spelling.suggestion(for: name, among: allCases.map(\.rawValue))
            )
        }
        return kind
    }
}
