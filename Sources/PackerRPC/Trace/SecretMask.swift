/// What a transcript must not show, and how it shows it: by its length.
///
/// Hidden are
/// - the values of options that are declared as secrets, or whose names say so (``isSecret(_:)``);
/// - values of environment variables: of the options `environment_vars` and `env`, and those that are
///   set in a command's own text;
/// - values of user variables, and what a person answers to a question;
///
/// and from then on the same texts wherever else they stand, if they have at least
/// ``shortestText`` bytes. Not hidden is a secret that a template writes into an option of another
/// purpose, such as `inline`, and nowhere else.
struct SecretMask: Sendable {
    /// What is shorter is only hidden where it stands: common letters would vanish everywhere.
    static let shortestText = 4

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

    private let sensitiveOptions: Set<String>
    /// Texts to hide, longest first.
    private var texts: [[UInt8]] = []
    private var known: Set<[UInt8]> = []

    init(sensitiveOptions: Set<String> = []) {
        self.sensitiveOptions = sensitiveOptions
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

    private func treatment(of name: String, within outer: Treatment) -> Treatment {
        guard outer == .shown else { return outer }
        if sensitiveOptions.contains(name) || Self.isSecret(name) { return .secret }
        switch name {
        case "packer_user_variables": return .secret
        case "environment_vars", "env", "environment": return .environment
        case "Command": return .command
        default: return .shown
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
        let lines = text.split { $0.isNewline }.map(String.init)
        var isNew = false
        for text in [text] + lines {
            let bytes = Array(text.utf8)
            guard bytes.count >= Self.shortestText, known.insert(bytes).inserted else { continue }
            texts.append(bytes)
            isNew = true
        }
        if isNew { texts.sort { $0.count > $1.count } }
    }

    // MARK: Hiding

    /// The text without what is to be hidden.
    func hiding(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for secret in texts where secret.count <= bytes.count {
            bytes = Self.replacing(secret, in: bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func replacing(_ secret: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        let replacement = Array("<\(secret.count) bytes>".utf8)
        var result: [UInt8] = []
        var copied = 0
        var place = 0
        while place + secret.count <= bytes.count {
            guard bytes[place] == secret[0],
                bytes[place..<place + secret.count].elementsEqual(secret)
            else {
                place += 1
                continue
            }
            result += bytes[copied..<place]
            result += replacement
            place += secret.count
            copied = place
        }
        guard copied > 0 else { return bytes }
        return result + bytes[copied...]
    }

    /// A value as the transcript shows it.
    func text(of value: TracedValue, as treatment: Treatment = .shown) -> String {
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
            let isHidden = treatment != .shown || known.contains(Array(number.utf8))
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
                text.quote(hiding(entry.key))
                text.write(":")
                let inner = self.treatment(of: entry.key, within: treatment)
                write(entry.value, as: inner, to: &text)
            }
            text.write("}")
        }
    }

    private func write(_ words: String, as treatment: Treatment, to text: inout TracedText) {
        switch treatment {
        case .shown: text.quote(hiding(words))
        // Nothing is no secret, and it is good to see that there is nothing.
        case .secret: text.write(words.isEmpty ? "\"\"" : Self.length(of: words))
        case .environment:
            let (name, value) = CommandAssignments.split(words)
            if let name {
                text.quote("\(hiding(name))=\(Self.length(of: value))")
            } else {
                text.write(Self.length(of: value))
            }
        case .command: text.quote(hiding(CommandAssignments(in: words).hidden(Self.length)))
        }
    }

    private static func length(of text: String) -> String {
        let count = text.utf8.count
        return count == 1 ? "<1 byte>" : "<\(count) bytes>"
    }
}
