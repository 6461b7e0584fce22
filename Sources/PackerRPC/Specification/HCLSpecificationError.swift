package import Configuration

/// Why a specification or a value of cty could not be read, written or converted.
///
/// A peer's fault is always one of these and never a trap.
package struct HCLSpecificationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault, for who must decide by it.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// Bytes that are not what they should be: no JSON, no protobuf, a gob or MessagePack of
        /// another shape.
        case malformed
        /// A value that is not of its type, or a key that its type does not have.
        case typeMismatch
        /// One of ``HCLSpecificationLimits`` is exceeded.
        case limitExceeded
        /// Something that exists in cty or hcldec and not in the form that was asked for.
        case unsupported

        /// What whoever reads the message can do.
        package var remedy: String {
            switch self {
            case .malformed:
                "Check that both sides agree on the encoding: gob, or protobuf with --protobuf."
            case .typeMismatch:
                "Compare the value with the options that the component declares; host and plugin "
                    + "may be of different versions."
            case .limitExceeded:
                "No honest peer sends this much; look at what the template generates."
            case .unsupported:
                "Declare the option with another type, such as text or a list or map of texts."
            }
        }
    }

    /// The kind of fault.
    package let code: Code

    /// What was found, as a clause.
    package let found: String

    /// Where in the value or the specification it was found; empty for the whole.
    package var path: ConfigurationPath

    /// Where in the bytes it was found; `nil` where no byte is to blame.
    package let offset: Int?

    init(
        _ code: Code,
        _ found: String,
        at path: ConfigurationPath = ConfigurationPath(),
        offset: Int? = nil
    ) {
        self.code = code
        self.found = found
        self.path = path
        self.offset = offset
    }

    /// What failed, what was found, and what to do.
    package var description: String {
        let byte = offset.map { ", byte \($0)" } ?? ""
        let place = path.steps.isEmpty ? "" : " at " + Self.shown(path.description, limit: 160)
        return "configuration\(place)\(byte): \(found). \(code.remedy)"
    }

    /// The error as one of something that a step leads to.
    func below(_ step: ConfigurationPath.Step) -> Self {
        var error = self
        error.path = path.under(ConfigurationPath([step]))
        return error
    }

    /// A peer's text for a message: short, and without what a terminal would obey.
    static func quoted(_ text: String) -> String { "\"\(shown(text, limit: 64))\"" }

    private static func shown(_ text: String, limit: Int) -> String {
        let start = text.unicodeScalars.prefix(limit).map { $0.escaped(asASCII: true) }.joined()
        return start + (text.unicodeScalars.dropFirst(limit).isEmpty ? "" : " and so on")
    }
}

/// What a step leads to; its errors say so.
func located<Result>(
    _ step: @autoclosure () -> ConfigurationPath.Step,
    _ body: () throws(HCLSpecificationError) -> Result
) throws(HCLSpecificationError) -> Result {
    do {
        return try body()
    } catch {
        throw error.below(step())
    }
}
