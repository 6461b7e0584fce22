import HCLSpecification
import MessagePack
import PackerRPC
import Testing

/// How one generation of Packer starts its plugins, and in which form it talks with them.
struct Generation: Sendable, CustomTestStringConvertible {
    /// A kind of component, by its name on a command line.
    enum Kind: String, Sendable, CaseIterable {
        case builder
        case provisioner
        case postProcessor = "post-processor"
        case dataSource = "datasource"
    }

    /// The language of a template.
    enum Language: String, Sendable, CaseIterable {
        case json, hcl2
    }

    /// How a component is named to the plugin.
    enum Start: Sendable {
        /// By the name of the program.
        case programName
        /// By the arguments `start KIND NAME`.
        case arguments
        /// By the arguments `start KIND --protobuf NAME`.
        case argumentsWithProtobuf
    }

    let testDescription: String
    let start: Start
    /// The program's name, where arguments name the component.
    var program = "packer-plugin-test"
    /// Added to Packer's own environment.
    var environment: [String: String] = [:]
    var form = HandshakeLine.Form.four
    var hasDataSources = true
    /// The keys of an HCL2 template for provisioners and post-processors, beside the two names.
    var moreKeys: [String: MessagePackValue] = [:]

    private static let versioned = "packer-plugin-test_v1.0.0_x5.0_linux_amd64"
    private static let flags: [String: MessagePackValue] = [
        "packer_debug": "false", "packer_force": "false", "packer_on_error": "",
    ]

    static let all: [Generation] = [
        Generation(
            testDescription: "1.6.6, one component a file",
            start: .programName,
            environment: ["PACKER_LOG": "", "PACKER_LOG_PATH": ""],
            form: .three,
            hasDataSources: false
        ),
        Generation(
            testDescription: "1.6.6",
            start: .arguments,
            environment: ["PACKER_LOG": "", "PACKER_LOG_PATH": ""],
            form: .three,
            hasDataSources: false
        ),
        // Packer 1.7.0 sets the variables of the log as 1.6.6 does; this is for whoever has it.
        Generation(
            testDescription: "1.7.0",
            start: .arguments,
            environment: [
                "PACKER_LOG": "", "PACKER_LOG_PATH": "", "PACKER_SWIFT_HANDSHAKE": "4",
            ],
            moreKeys: flags
        ),
        Generation(testDescription: "1.7", start: .arguments, moreKeys: flags),
        Generation(
            testDescription: "1.10, one component a file",
            start: .programName,
            environment: ["PACKER_LOG": "1", "PACKER_LOG_PATH": ""],
            moreKeys: flags.merging(["packer_core_version": "1.10.3"]) { $1 }
        ),
        Generation(
            testDescription: "1.10",
            start: .arguments,
            program: versioned,
            moreKeys: flags.merging(["packer_core_version": "1.10.3"]) { $1 }
        ),
        Generation(
            testDescription: "1.11",
            start: .arguments,
            program: versioned,
            moreKeys: flags.merging(["packer_core_version": "1.11.2"]) { $1 }
        ),
        Generation(
            testDescription: "1.12 and later, gob",
            start: .arguments,
            program: versioned,
            moreKeys: flags.merging(["packer_core_version": "1.12.0"]) { $1 }
        ),
        Generation(
            testDescription: "1.12 and later, protobuf",
            start: .argumentsWithProtobuf,
            program: versioned,
            moreKeys: flags.merging([
                "packer_core_version": "1.16.0", "packer_sensitive_variables": ["pw"],
            ]) { $1 }
        ),
    ]

    var usesProtobuf: Bool {
        if case .argumentsWithProtobuf = start { true } else { false }
    }

    /// The program's name and its arguments for a component.
    func command(for kind: Kind, _ name: String) -> (program: String, arguments: [String]) {
        switch start {
        case .programName: ("packer-\(kind.rawValue)-test-\(name)", [])
        case .arguments: (program, ["start", kind.rawValue, name])
        case .argumentsWithProtobuf: (program, ["start", kind.rawValue, "--protobuf", name])
        }
    }

    // MARK: Forms

    /// A specification as this generation reads it.
    func specification(_ bytes: [UInt8]) throws -> HCLSpecification {
        try usesProtobuf ? HCLSpecification(protobuf: bytes) : HCLSpecification(gob: bytes)
    }

    /// A data source's values as this generation reads them.
    func value(_ bytes: [UInt8]) throws -> CtyValue {
        try usesProtobuf ? CtyValue(messagePack: bytes) : CtyValue(gob: bytes)
    }

    /// What a component is prepared with, by its options and what it said of them.
    func configurations(
        _ options: [String: MessagePackValue],
        _ specification: HCLSpecification,
        _ kind: Kind,
        _ language: Language
    ) throws -> [MessagePackValue] {
        let isBuilder = kind == .builder
        switch language {
        case .json:
            return [Self.map(options), Self.map(Self.jsonKeys)]
                + (isBuilder ? [] : [Self.map(Self.placeholders)])
        case .hcl2:
            let raw = try WireValue.decoded(Self.map(options))
            let value = try CtyValue(raw, as: specification.impliedType)
            let sent = MessagePackValue.binary(try value.json())
            guard kind != .dataSource else { return [sent] }
            var keys: [String: MessagePackValue] = [
                "packer_build_name": "cell", "packer_builder_type": "test-echo",
            ]
            keys.merge(isBuilder ? Self.flags : moreKeys) { $1 }
            return [Self.map(keys), sent] + (kind == .provisioner ? [.nil] : [])
        }
    }

    private static let jsonKeys: [String: MessagePackValue] = [
        "packer_build_name": "cell", "packer_builder_type": "test-echo", "packer_debug": false,
        "packer_force": false, "packer_on_error": "", "packer_core_version": "1.6.6",
        "packer_template_path": "/t.json", "packer_user_variables": ["": "", "pw": "x"],
    ]

    /// What stands for what the builder will find out.
    private static let placeholders: [String: MessagePackValue] = {
        let names = [
            "ID", "Host", "Port", "User", "Password", "ConnType", "PackerRunUUID", "PackerHTTPPort",
            "PackerHTTPIP", "PackerHTTPAddr", "SSHPublicKey", "SSHPrivateKey", "SSHPrivateKeyFile",
            "SSHAgentAuth",
        ]
        var values = names.reduce(into: [String: MessagePackValue]()) { values, name in
            let text =
                "Build_\(name). To set this dynamically in the Packer template, you must use "
            values[name] = MessagePackValue.string("\(text)the `build` function")
        }
        values["WinRMPassword"] = "{{.WinRMPassword}}"
        return values
    }()

    private static func map(_ values: [String: MessagePackValue]) -> MessagePackValue {
        .map(values.sorted { $0.key < $1.key }.map { .init(key: .string($0.key), value: $0.value) })
    }
}
