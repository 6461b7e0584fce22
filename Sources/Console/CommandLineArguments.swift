/// A program's arguments in Packer's manner, made ready for a parser of GNU long options.
public enum CommandLineArguments {
    /// Finds the command, lets its ``GoFlags`` rewrite the rest, and moves `-machine-readable`,
    /// which may stand anywhere, behind the command.
    ///
    /// `-v`, `-version` and `--version` mean the command `version`; `-h`, `-help` and no command at
    /// all give `--help` alone, `help COMMAND` the command's.
    ///
    /// - Parameters:
    ///   - arguments: The arguments without the program's name.
    ///   - commands: The flags of each command by its name, which may be of two words: `plugins lint`.
    ///     A command that is not in it is passed on as it is, for the parser to refuse.
    /// - Returns: The arguments for the parser.
    /// - Throws: ``GoFlagError`` for flags that the command does not have.
    public static func normalize(
        _ arguments: [String],
        commands: [String: GoFlags]
    ) throws(GoFlagError) -> [String] {
        var rest = arguments.filter { !isMachineReadable($0) }
        let machineReadable = rest.count < arguments.count ? ["--machine-readable"] : []
        guard let first = rest.first else { return ["--help"] }
        switch first {
        case "-v", "-version", "--version": return ["version"] + machineReadable
        case "-h", "-help", "--help": return ["--help"]
        case "help": return command(in: rest.dropFirst(), commands) + ["--help"]
        default: break
        }
        guard !first.hasPrefix("-") else {
            throw GoFlagError("flag provided but not defined: \(first). A command comes first.")
        }
        let command = command(in: rest[...], commands)
        guard let flags = commands[command.joined(separator: " ")] else {
            guard !command.isEmpty else { return [first] }
            // A command of two words with another second one, or none.
            let second = rest.dropFirst().first
            let isHelp = second == "-h" || second == "-help" || second == "--help"
            return [first] + (isHelp ? ["--help"] : second.map { [$0] } ?? [])
        }
        rest.removeFirst(command.count)
        let options = try flags.normalize(rest)
        return command + (options.contains("--help") ? ["--help"] : machineReadable + options)
    }

    /// The words at the beginning that are a command, or the first word of one; else none.
    private static func command(
        in arguments: ArraySlice<String>,
        _ commands: [String: GoFlags]
    ) -> [String] {
        guard let first = arguments.first else { return [] }
        if commands[first] != nil { return [first] }
        guard commands.keys.contains(where: { $0.hasPrefix("\(first) ") }) else { return [] }
        guard let second = arguments.dropFirst().first, commands["\(first) \(second)"] != nil else {
            return [first]
        }
        return [first, second]
    }

    /// Packer cuts the switch out before anything is parsed, so it is never another flag's value.
    private static func isMachineReadable(_ argument: String) -> Bool {
        argument == "-machine-readable" || argument == "--machine-readable"
    }
}
