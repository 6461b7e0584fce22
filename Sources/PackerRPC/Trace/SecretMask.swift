/// What a transcript must not show, and how it shows it: by its length.
///
/// Hidden are
/// - the values of options that are declared as secrets, or whose names say so (``isSecret(_:)``);
/// - values of environment variables: of the options `environment_vars` and `env`, and those that are
///   set in a command's own text;
/// - values of user variables, and what a person answers to a question;
/// - what an artifact says about something whose name says so;
///
/// and from then on the same texts wherever else they stand, if they have at least
/// ``KnownSecrets/shortestText`` bytes; where there are too many to look for, every value. Not hidden is
/// a secret that a template writes into an option of another purpose, such as `inline`, and nowhere
/// else.
struct SecretMask: Sendable {
    /// How a value is shown.
    enum Treatment: Sendable, Equatable {
        case shown
        /// All of it is hidden.
        case secret
        /// Values are hidden, names in `NAME=value` are not.
        case environment
        /// A shell's command: what it sets in its environment is hidden.
        case command
    }

    /// In lower case: templates may write their names in any.
    private let sensitiveOptions: Set<String>
    private var secrets = KnownSecrets()

    init(sensitiveOptions: Set<String> = []) {
        self.sensitiveOptions = Set(sensitiveOptions.map { $0.lowercased() })
    }

    // MARK: What is secret

    /// Whether an option's name says that its value is a secret: `ssh_password`, `SSHPrivateKey`,
    /// `api_token`; not where it names a file or a time.
    static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased().filter { $0 != "_" && $0 != "-" }
        let others = ["file", "path", "timeout", "fingerprint", "variables"]
        guard !others.contains(where: { name.hasSuffix($0) }) else { return false }
        return [
            "password", "passwd", "passphrase", "secret", "token", "privatekey", "credential",
            "apikey", "accesskey",
        ].contains { name.contains($0) }
    }

    /// How what has this name is shown.
    func treatment(of name: String, within outer: Treatment = .shown) -> Treatment {
        switch outer {
        case .shown: break
        // A map of variables has their values alone, in which an equals sign parts nothing.
        case .environment: return .secret
        case .secret, .command: return outer
        }
        let folded = name.lowercased()
        if sensitiveOptions.contains(folded) || Self.isSecret(name) { return .secret }
        switch folded {
        case "packer_user_variables": return .secret
        case "environment_vars", "env", "environment": return .environment
        default: return name == "Command" ? .command : .shown
        }
    }

    // MARK: Learning

    /// Remembers the secrets in a value.
    mutating func learn(_ value: TracedValue, as treatment: Treatment = .shown) {
        switch value {
        case .word: break
        case .number(let text), .text(let text):
            switch treatment {
            case .shown: break
            case .secret: remember(text)
            case .environment: remember(CommandAssignments.split(text).value)
            case .command:
                // Packer's own say what is built, which many other texts say too.
                for found in CommandAssignments(in: text).found
                where !found.name.hasPrefix("PACKER_") {
                    for text in found.values { remember(text) }
                }
            }
        case .list(let values): for value in values { learn(value, as: treatment) }
        case .map(let entries):
            for entry in entries {
                learn(entry.value, as: self.treatment(of: entry.key, within: treatment))
            }
        }
    }

    /// A text of several lines is also remembered line by line, as output brings it.
    private mutating func remember(_ text: String) {
        secrets.insert(text)
        for line in text.split(whereSeparator: \.isNewline) where !secrets.areTooMany {
            secrets.insert(line)
        }
    }

    // MARK: Hiding

    /// The text without what is to be hidden.
    func hiding(_ text: String) -> String { secrets.hiding(text, upTo: .max) }

    /// A value as the transcript shows it.
    func text(of value: TracedValue, as treatment: Treatment = .shown) -> String {
        guard !secrets.areTooMany else { return "not shown: there are too many secrets to hide" }
        var text = TracedText()
        write(value, as: treatment, to: &text)
        return text.text
    }

    private func write(
        _ value: TracedValue,
        as treatment: Treatment,
        to text: inout TracedText
    ) {
        guard !text.isCut else { return }
        switch value {
        case .word(let word): text.write(word)
        case .number(let number):
            let isHidden = treatment != .shown || secrets.contains(number)
            text.write(isHidden ? Self.length(of: number) : number)
        case .text(let words): write(words, as: treatment, to: &text)
        case .list(let values):
            text.write("[")
            for (index, value) in values.enumerated() {
                if index > 0 { text.write(",") }
                write(value, as: treatment, to: &text)
            }
            text.write("]")
        case .map(let entries):
            text.write("{")
            for (index, entry) in entries.enumerated() {
                if index > 0 { text.write(",") }
                quote(entry.key, in: &text)
                text.write(":")
                let inner = self.treatment(of: entry.key, within: treatment)
                write(entry.value, as: inner, to: &text)
            }
            text.write("}")
        }
    }

    private func write(_ words: String, as treatment: Treatment, to text: inout TracedText) {
        switch treatment {
        case .shown: quote(words, in: &text)
        // Nothing is no secret, and it is good to see that there is nothing.
        case .secret: text.write(words.isEmpty ? "\"\"" : Self.length(of: words))
        case .environment:
            let (name, value) = CommandAssignments.split(words)
            if let name {
                let hidden = secrets.hiding(name, upTo: TracedText.maximumTextSize)
                text.quote("\(hidden)=\(Self.length(of: value))")
            } else {
                text.write(Self.length(of: value))
            }
        case .command: quote(CommandAssignments(in: words).hidden(Self.length), in: &text)
        }
    }

    private func quote(_ words: String, in text: inout TracedText) {
        let limit = TracedText.maximumTextSize
        text.quote(secrets.hiding(words, upTo: limit), of: words.utf8.count)
    }

    /// How a hidden text is shown.
    static func length(of text: String) -> String { length(ofBytes: text.utf8.count) }

    static func length(ofBytes count: Int) -> String {
        count == 1 ? "<1 byte>" : "<\(count) bytes>"
    }
}
