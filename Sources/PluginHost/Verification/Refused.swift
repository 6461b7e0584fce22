/// Why a plugin is not run, with what to do.
package struct Refused: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it is.
    package let path: String
    /// What was found.
    package let reason: String
    /// What to do.
    package let remedy: String
    /// Whether another try, with everything as it is, would say the same.
    package let isFinal: Bool

    /// A refusal made of its parts.
    package init(_ path: String, _ reason: String, remedy: String, isFinal: Bool = true) {
        self.path = path
        self.reason = reason
        self.remedy = remedy
        self.isFinal = isFinal
    }

    /// What failed, what was found, what to do.
    package var description: String { "plugin \(path) is not run: \(reason). \(remedy)" }
}
