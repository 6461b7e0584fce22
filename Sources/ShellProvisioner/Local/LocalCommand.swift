internal import Communicator

/// The program that runs a local script, with marks in its arguments where values go.
struct LocalCommand: Sendable, Equatable {
    /// The command when the user wrote none: no value is ever part of it.
    static let standard = ["/bin/sh", "-c", "{{.Script}}"]
    /// Packer's, which has the variables in its text.
    static let withVariables = ["/bin/sh", "-c", "{{.Vars}} {{.Script}}"]

    /// The program and its arguments, rendered, still with their marks.
    let elements: [String]
    private let script = MarkedText.mark("SCRIPT")
    private let variables = MarkedText.mark("VARS")

    /// A command of the user's templates.
    ///
    /// - Parameters:
    ///   - templates: One an argument.
    ///   - render: Renders a template with these values beside the build's own data.
    init(
        _ templates: [String],
        render: (_ template: String, _ values: [String: String]) throws -> String
    ) rethrows {
        let values = ["Script": script, "Command": script, "Vars": variables]
        elements = try templates.map { try render($0, values) }
    }

    /// Whether the command names the script at all.
    var namesScript: Bool { elements.contains { $0.contains(script) } }

    /// Whether the command holds the variables themselves.
    var namesVariables: Bool { elements.contains { $0.contains(variables) } }

    /// The program and its arguments.
    ///
    /// - Parameters:
    ///   - path: The script's path; quoted where a shell reads it, or a blank would end it.
    ///   - words: What stands for `{{.Vars}}`.
    /// - Returns: The bytes of each.
    func arguments(script path: [UInt8], variables words: [UInt8]) -> [[UInt8]] {
        elements.indices.map { number in
            let element = elements[number]
            let quotings =
                isShellText(number) ? ShellQuoting.contexts(of: script, in: element) : []
            return MarkedText.filled(
                element,
                [
                    (script, { $0 < quotings.count ? quotings[$0].escaped(path) : path }),
                    (variables, { _ in words }),
                ]
            )
        }
    }

    /// Whether an argument is what a shell reads: the one after `-c`, `-ec` and the like.
    private func isShellText(_ number: Int) -> Bool {
        guard number > 1 else { return false }
        let option = elements[number - 1]
        guard option.hasPrefix("-"), !option.hasPrefix("--"), option.hasSuffix("c") else {
            return false
        }
        return elements[..<(number - 1)].contains { element in
            let name = element.split(separator: "/").last.map(String.init) ?? ""
            return Self.shells.contains(name)
        }
    }

    /// Programs whose option `-c` takes shell text.
    private static let shells: Set = [
        "ash", "bash", "dash", "ksh", "mksh", "runuser", "sh", "su", "zsh",
    ]
}

extension ShellQuoting {
    /// The bytes so that a shell reads them back where this kind of quotes is open already.
    fileprivate func escaped(_ bytes: [UInt8]) -> [UInt8] {
        guard !Self.isPlain(bytes) else { return bytes }
        let quote = Array("'\"'\"'".utf8)
        let inner = bytes.flatMap { $0 == UInt8(ascii: "'") ? quote : [$0] }
        return switch self {
        case .none: Array("'".utf8) + inner + Array("'".utf8)
        case .single: inner
        case .double:
            bytes.flatMap { "\"$`\\".utf8.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] }
        }
    }
}
