/// Rules for options that are times.
enum DurationRule {
    /// What is wrong with a time below 0; `nil` for any other.
    @Sendable static func notNegative(_ time: Duration) -> String? {
        time < .zero ? "must not be negative" : nil
    }
}
