/// A type that an option can have.
///
/// `String`, `Bool`, the integers, `Double`, `Duration`, arrays, `[String: Value]`, optionals and
/// every ``ConfigurationBlock`` are such types; a component can add its own, say an enumeration.
public protocol FieldValue: Sendable {
    /// The kind for specs and documentation.
    static var fieldType: FieldType { get }

    /// The value of an option that has no default and is not set; `nil` makes it required.
    static var absent: Self? { get }

    /// The value as a template would write it.
    var fieldText: String { get }

    /// Reads a value that is not `null` with Packer's weak typing (mapstructure's).
    ///
    /// - Throws: `ConfigurationErrors` with paths relative to the value.
    static func parse(_ raw: ConfigurationValue, rendering: FieldRendering) throws -> Self
}

extension FieldValue {
    /// What the option is when it has no default and is not set.
    public static var absent: Self? { nil }
}

/// How a template's strings become values: what ``ConfigurationBlock/decode(_:rendering:check:)`` was
/// given, or nothing for options that are declared `interpolated: false`.
public struct FieldRendering {
    private let render: (String) throws -> String

    /// Rendering by this function.
    public init(_ render: @escaping (String) throws -> String) {
        self.render = render
    }

    /// Strings as they are.
    public static var none: FieldRendering { FieldRendering { $0 } }

    /// The text that a template's string stands for.
    ///
    /// - Throws: `ConfigurationErrors` with what the rendering threw.
    public func callAsFunction(_ text: String) throws -> String {
        do {
            return try render(text)
        } catch {
            throw ConfigurationErrors(wrapping: error)
        }
    }
}

extension ConfigurationErrors {
    /// Any error as problems below a path.
    package init(wrapping error: any Error, under path: ConfigurationPath = .init()) {
        guard let errors = error as? ConfigurationErrors else {
            self.init(String(describing: error), at: path)
            return
        }
        self.init(
            errors.problems.map { problem in
                var problem = problem
                problem.path = problem.path.under(path)
                return problem
            }
        )
    }
}
