/// Finds what makes a script's status lie.
enum ScriptLint {
    /// What to tell the user about these commands; empty when nothing.
    static func warnings(for commands: [String], option: String) -> [String] {
        let text = commands.joined(separator: "\n")
        guard !text.contains("pipefail") else { return [] }
        guard commands.contains(where: pipesIntoTee) else { return [] }
        return [
            "\(option): the exit status of a pipe into tee is tee's, so failures before it are not "
                + "seen. Use bash with `set -o pipefail`, or redirect to a file."
        ]
    }

    private static func pipesIntoTee(_ command: String) -> Bool {
        let pipes = command.split(separator: "||", omittingEmptySubsequences: false).flatMap {
            $0.split(separator: "|", omittingEmptySubsequences: false).dropFirst()
        }
        return pipes.contains {
            let word = $0.drop { $0 == "&" || $0.isWhitespace }.prefix { !$0.isWhitespace }
            return word == "tee" || word.hasSuffix("/tee")
        }
    }
}
