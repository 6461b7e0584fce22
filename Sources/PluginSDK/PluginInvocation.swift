internal import PackerRPC

/// What a plugin process was started to do, by its arguments, its name and its environment.
///
/// One binary serves every Packer: up to 1.6.6 as `packer-KIND-NAME` or as `packer-plugin-NAME start
/// KIND NAME`, since 1.7 as the latter with another handshake. Source: `plugin/server.go` and
/// `plugin/set.go` of Packer's plugin SDK.
struct PluginInvocation: Sendable, Equatable {
    /// What to do.
    enum Action: Sendable, Equatable {
        /// Print what there is.
        case describe
        /// Serve one component.
        case serve(ComponentKind, name: String)
    }

    /// What to do.
    var action: Action
    /// Which handshake the host understands.
    var handshake: HandshakeLine.Form
    /// Whether the host wants specifications as protobuf.
    var wantsProtobuf: Bool

    /// How the host wants to be reached.
    var transport: PluginTransport
    /// On which TCP ports it looks for plugins; 0 is any.
    var ports: ClosedRange<UInt16>

    /// Why the program was not started as a plugin, with what to do.
    struct Refusal: Error, CustomStringConvertible, Equatable {
        let description: String
    }

    static let cookieName = "PACKER_PLUGIN_MAGIC_COOKIE"
    static let cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

    /// - Parameters:
    ///   - arguments: With the program's name.
    ///   - environment: The process's.
    /// - Throws: ``Refusal``, in Packer's words where it has some.
    init(arguments: [String], environment: [String: String]) throws(Refusal) {
        handshake = Self.form(environment, arguments)
        transport = try Self.transport(environment)
        ports = Self.ports(environment)
        wantsProtobuf = arguments.dropFirst().contains("--protobuf")
        var words = arguments.dropFirst().filter { $0 != "--protobuf" }
        let given = try CookieArguments(takingFrom: &words)
        let program = arguments.first.map(Self.lastComponent) ?? ""
        if words.first == "describe" {
            action = .describe
            return
        }
        guard (given.cookie ?? environment[Self.cookieName]) == Self.cookie else {
            throw Refusal(
                description: """
                    Please do not execute plugins directly. Packer will execute these for you.
                    Install it where packer looks for plugins; `\(program) describe` says what it has,
                    and docs/DEBUGGING.md of packer-swift how to start it by hand.
                    """
            )
        }
        guard let verb = words.first else {
            guard let single = Self.single(program) else {
                throw Refusal(
                    description:
                        "a plugin needs at least one argument: describe, or start KIND NAME"
                )
            }
            action = .serve(single.kind, name: single.name)
            return
        }
        if verb == "execute" {
            action = try Self.executed(words)
            return
        }
        guard verb == "start" else { throw Refusal(description: "Unknown command: \"\(verb)\"") }
        let rest = Array(words.dropFirst())
        guard rest.count == 2 else {
            throw Refusal(
                description: "start takes two arguments, the kind of component and its name; found "
                    + "\(rest.count)"
            )
        }
        guard let kind = ComponentKind(rawValue: rest[0]) else {
            throw Refusal(
                description: "Unknown component type: \"\(rest[0])\"; there are "
                    + ComponentKind.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        action = .serve(kind, name: rest[1])
    }

    /// `execute packer-KIND-NAME`: how Packer since 1.11 starts the components that are its own.
    private static func executed(_ words: [String]) throws(Refusal) -> Action {
        guard words.count == 2, let single = single(words[1]) else {
            throw Refusal(description: "execute takes one argument, as in packer-provisioner-NAME")
        }
        return .serve(single.kind, name: single.name)
    }

    /// Packer up to 1.7.0 sets both variables to nothing before it starts plugins; 1.7.0 itself is
    /// then taken for an older one.
    private static func form(
        _ environment: [String: String],
        _ arguments: [String]
    ) -> HandshakeLine.Form {
        switch environment["PACKER_SWIFT_HANDSHAKE"] {
        case "3": return .three
        case "4": return .four
        default: break
        }
        guard !arguments.contains("--protobuf") else { return .four }
        return environment["PACKER_LOG"] == "" && environment["PACKER_LOG_PATH"] == ""
            ? .three : .four
    }

    private static func transport(
        _ environment: [String: String]
    ) throws(Refusal) -> PluginTransport {
        let name = environment["PACKER_SWIFT_TRANSPORT"] ?? ""
        if name.isEmpty { return .unix }
        guard let transport = PluginTransport(rawValue: name) else {
            let known = PluginTransport.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal(description: "PACKER_SWIFT_TRANSPORT is \"\(name)\"; use one of \(known)")
        }
        return transport
    }

    /// Packer sets both, for plugins on Windows.
    private static func ports(_ environment: [String: String]) -> ClosedRange<UInt16> {
        guard let least = environment["PACKER_PLUGIN_MIN_PORT"].flatMap(UInt16.init), least > 0,
            let most = environment["PACKER_PLUGIN_MAX_PORT"].flatMap(UInt16.init), least <= most
        else { return 0...0 }
        return least...most
    }

    /// `packer-provisioner-swift-shell` is the provisioner `swift-shell`.
    private static func single(_ program: String) -> (kind: ComponentKind, name: String)? {
        for kind in ComponentKind.allCases {
            let prefix = "packer-\(kind.rawValue)-"
            if program.hasPrefix(prefix), program.count > prefix.count {
                return (kind, String(program.dropFirst(prefix.count)))
            }
        }
        return nil
    }

    private static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}

/// The kinds of components, by their names on Packer's command lines.
enum ComponentKind: String, Sendable, CaseIterable {
    case builder
    case provisioner
    case postProcessor = "post-processor"
    case dataSource = "datasource"
}
