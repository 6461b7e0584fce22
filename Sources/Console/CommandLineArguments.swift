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
    ///   - commands: The flags of each command by its name. A command that is not in it is passed on
    ///     as it is, for the parser to refuse.
    /// - Returns: The arguments for the parser.
    /// - Throws: ``GoFlagError`` for flags that the command does not have.
    public static func normalize(
        _ arguments: [String],
        commands: [String: GoFlags]
    ) throws(GoFlagError) -> [String] {
        var rest = arguments.filter { !isMachineReadable($0) }
        let machineReadable = rest.count < arguments.count ? ["--machine-readable"] : []
        guard let first = rest.first else { return ["--help"] }
        rest.removeFirst()
        switch first {
        case "-v", "-version", "--version": return ["version"] + machineReadable
        case "-h", "-help", "--help": return ["--help"]
        case "help": return rest.prefix { commands[$0] != nil } + ["--help"]
        default: break
        }
        guard !first.hasPrefix("-") else {
            throw GoFlagError("flag provided but not defined: \(first). A command comes first.")
        }
        guard let flags = commands[first] else { return [first] }
        let options = try flags.normalize(rest)
        return [first] + (options.contains("--help") ? ["--help"] : machineReadable + options)
    }

    /// Packer cuts the switch out before anything is parsed, so it is never another flag's value.
    private static func isMachineReadable(_ argument: String) -> Bool {
        argument == "-machine-readable" || argument == "--machine-readable"
    }
}
