internal import PackerRPC

/// What a person who starts a plugin by hand gives as arguments, in place of Packer's variables:
/// `-PACKER_PLUGIN_MAGIC_COOKIE=...` and `-PACKER_PLUGIN_PROTOCOL_VERSIONS=5`, anywhere, with one dash
/// or two.
struct CookieArguments: Sendable, Equatable {
    /// The cookie, if it is among the arguments.
    private(set) var cookie: String?

    private static let versionsName = "PACKER_PLUGIN_PROTOCOL_VERSIONS"

    /// Takes the arguments of this kind out of the others.
    ///
    /// - Throws: `PluginInvocation.Refusal` for one that is there twice, and for versions of the plugin
    ///   API that are not this one.
    init(takingFrom words: inout [String]) throws(PluginInvocation.Refusal) {
        cookie = try Self.take(PluginInvocation.cookieName, from: &words)
        guard let versions = try Self.take(Self.versionsName, from: &words) else { return }
        let isKnown = versions.split(separator: ",").contains { version in
            let digits = version.drop { $0 == "x" || $0 == " " }.prefix { $0 != "." && $0 != " " }
            return digits == "\(HandshakeLine.majorVersion)"
        }
        guard isKnown else {
            throw PluginInvocation.Refusal(
                description: "\(Self.versionsName) is \"\(versions)\"; this plugin speaks version "
                    + "\(HandshakeLine.majorVersion)"
            )
        }
    }

    private static func take(
        _ name: String,
        from words: inout [String]
    ) throws(PluginInvocation.Refusal) -> String? {
        var found: [String] = []
        words.removeAll { word in
            guard let prefix = ["-\(name)=", "--\(name)="].first(where: word.hasPrefix) else {
                return false
            }
            found.append(String(word.dropFirst(prefix.count)))
            return true
        }
        guard found.count < 2 else {
            throw PluginInvocation.Refusal(description: "-\(name) is given \(found.count) times")
        }
        return found.first
    }
}
