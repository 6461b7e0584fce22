import Configuration

/// Arguments that Go's `flag` package would not take, in its words.
public struct GoFlagError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Rewrites Go's way of writing flags, which Packer has, into GNU long options.
///
/// Go takes one dash or two, `-flag value` and `-flag=value` for flags with a value, and `-flag` or
/// `-flag=false` for true or false. Where Packer stops at the first argument that is no flag, flags
/// after it count here too. `--` ends the flags.
///
/// What comes out is always of one kind: `--flag=value` for values in their order, `--flag` (or
/// `--no-flag` where true is the default) for a switch whose last setting is not the default, then
/// `--` and the other arguments.
public struct GoFlags: Sendable {
    /// What follows a flag.
    public enum Kind: Sendable, Equatable {
        /// Nothing, or `=true` or `=false`.
        case toggle(default: Bool)
        /// A value.
        case value
    }

    /// The flags by name, without dashes.
    public let kinds: [String: Kind]

    /// Rewrites the flags of one command.
    public init(_ kinds: [String: Kind]) {
        self.kinds = kinds
    }

    /// The arguments as GNU long options; `-h` and `-help` become `--help`.
    ///
    /// - Throws: ``GoFlagError`` in Go's words for an unknown flag, a missing or a wrong value.
    public func normalize(_ arguments: [String]) throws(GoFlagError) -> [String] {
        var options: [String] = []
        var toggles: [String: Bool] = [:]
        var operands: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                operands += rest
                break
            }
            // A dash alone is the standard input.
            guard argument.hasPrefix("-"), argument != "-" else {
                operands.append(argument)
                continue
            }
            let (name, value) = try Self.split(argument)
            switch kinds[name] {
            case .value?:
                guard let text = value ?? rest.popFirst() else {
                    throw GoFlagError("flag needs an argument: -\(name)")
                }
                options.append("--\(name)=\(text)")
            case .toggle?:
                toggles[name] = try Self.truth(value ?? "true", of: name)
            case nil where name == "h" || name == "help":
                options.append("--help")
            case nil:
                throw GoFlagError("flag provided but not defined: -\(name)\(suggestion(for: name))")
            }
        }
        for (name, isOn) in toggles.sorted(by: { $0.key < $1.key })
        where kinds[name] != .toggle(default: isOn) {
            options.append(isOn ? "--\(name)" : "--no-\(name)")
        }
        return options + (operands.isEmpty ? [] : ["--"] + operands)
    }

    private static func split(
        _ argument: String
    ) throws(GoFlagError) -> (name: String, value: String?) {
        let body = argument.dropFirst(argument.hasPrefix("--") ? 2 : 1)
        guard let first = body.first, first != "-", first != "=" else {
            throw GoFlagError("bad flag syntax: \(argument)")
        }
        guard let equals = body.firstIndex(of: "=") else { return (String(body), nil) }
        return (String(body[..<equals]), String(body[body.index(after: equals)...]))
    }

    /// The words of Go's `strconv.ParseBool`.
    private static func truth(_ text: String, of name: String) throws(GoFlagError) -> Bool {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": return true
        case "0", "f", "F", "false", "FALSE", "False": return false
        default:
            throw GoFlagError("invalid boolean value \"\(text)\" for -\(name): parse error")
        }
    }

    private func suggestion(for name: String) -> String {
        Spelling.closest(to: name, among: kinds.keys.sorted()).map { ". Did you mean -\($0)?" }
            ?? ""
    }
}
