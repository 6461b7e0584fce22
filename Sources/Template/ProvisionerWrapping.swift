import Configuration

/// What every provisioner can have and the core does: waiting, a limit, more attempts.
struct ProvisionerWrapping: ConfigurationBlock {
    static let keys = ["pause_before", "timeout", "max_retries"]

    @Field(
        "How long to wait before the provisioner starts.",
        check: { $0 < .zero ? "must not be negative" : nil }
    ) var pauseBefore: Duration = .zero

    @Field(
        "How long one attempt may take; 0 is as long as it takes.",
        check: { $0 < .zero ? "must not be negative" : nil }
    ) var timeout: Duration = .zero

    @Field(
        "How often to try again after a failure.",
        check: { $0.number < 0 ? "must not be negative" : nil }
    ) var maxRetries = RetryCount()
}

/// A number of retries, with Packer's own text for what is none.
struct RetryCount: FieldValue {
    var number = 0

    static var fieldType: FieldType { .integer }

    var fieldText: String { String(number) }

    static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> RetryCount {
        let text = try String.parse(raw, rendering: rendering)
        guard text.isEmpty || Int(text) != nil else {
            throw ConfigurationErrors(
                "`max_retries` must be a valid integer: \(text.goQuoted)",
                remedy: "write a number such as 3"
            )
        }
        return RetryCount(number: Int(text) ?? 0)
    }
}
