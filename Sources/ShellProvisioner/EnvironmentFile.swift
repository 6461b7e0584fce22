/// A file of shell commands that exports variables: what a script is started with.
///
/// Every byte but NUL may be part of a value and arrives as it is in any POSIX shell, because
/// nothing but the closing quote means anything within single quotes (XCU section 2.2.2). Use it
/// where a command's own text must not show a secret: the file can be 0600, an argument list
/// cannot.
public struct EnvironmentFile: Sendable, Equatable {
    /// The variables, by name.
    public let variables: [String: [UInt8]]

    /// A file that exports these variables.
    ///
    /// - Throws: ``ShellProvisionerError`` with code `.invalidEnvironment` for a name that is not
    ///   `[A-Za-z_][A-Za-z0-9_]*` or a value that contains NUL. The value is not in the text.
    public init(_ variables: [String: [UInt8]]) throws(ShellProvisionerError) {
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
            if let fault = Self.fault(name: name, value: value) {
                throw ShellProvisionerError(.invalidEnvironment, fault)
            }
        }
        self.variables = variables
    }

    /// What is wrong with a variable, as a sentence; `nil` when nothing is.
    static func fault(name: String, value: [UInt8]) -> String? {
        if !isName(name) {
            return "Environment variable name \(quoted(name)) is not one that a shell accepts."
        }
        if value.contains(0) {
            return "The value of environment variable \(name) contains a NUL byte, which no "
                + "environment can hold."
        }
        return nil
    }

    /// The file's content: one `export NAME='value'` a variable, by name.
    public var bytes: [UInt8] {
        bytes(format: .exportLines)
    }

    /// The variables in another format, by name.
    func bytes(format: VariableFormat) -> [UInt8] {
        variables.sorted { $0.key < $1.key }
            .flatMap { format.bytes(name: $0.key, value: $0.value) }
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
            default: false
            }
        }
    }

    private static func quoted(_ name: String) -> String {
        "'\(DisplayText.text(Array(name.utf8)[...]))'"
    }
}
