import Communicator
public import Components
public import Configuration
import SSHCommunicator

/// Packer's `null` builder: reaches a machine that exists already, has it provisioned, and makes
/// nothing.
///
/// Its communicators are `ssh`, `local` (this machine) and `none`.
public struct NullBuilder: Builder {
    private let configuration: NullConfiguration
    private let credentials: [PreparedCredential]
    private let unlockedKeys: UnlockedKeys
    private let buildName: String

    /// The options, in the order of their declaration, for documentation and plugin specs.
    public static var fields: [FieldSpecification] { NullConfiguration.fields }

    /// Checks the options and reads the private key file.
    ///
    /// A locked key without its passphrase is an error unless the context says that somebody can
    /// be asked for it while the build runs.
    ///
    /// - Returns: The builder, with warnings about old names of options.
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    public static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<NullBuilder> {
        let canAsk = context.canAsk
        let options = try context.decode(NullConfiguration.self, from: configuration) {
            $0.problems(canAsk: canAsk)
        }
        let isSSH = options.communicator == .ssh
        let builder = NullBuilder(
            configuration: options,
            credentials: isSSH ? try options.ssh.credentials(canAsk: canAsk) : [],
            unlockedKeys: context.run.value { UnlockedKeys() },
            buildName: context.buildName
        )
        return Prepared(builder, warnings: options.deprecationWarnings)
    }

    /// Reaches the machine, has it provisioned and leaves it.
    ///
    /// - Returns: Packer's null artifact.
    /// - Throws: Why the machine was not reached, or what the hook threw.
    public func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? {
        switch configuration.communicator {
        case .none: try await provision(NoCommunicator(), ui: ui, hook: hook)
        case .local: try await provision(LocalCommunicator(), ui: ui, hook: hook)
        case .ssh: try await provisionOverSSH(ui: ui, hook: hook)
        }
        return NullArtifact()
    }

    private func provisionOverSSH(ui: any UserInterface, hook: any Hook) async throws {
        let credentials = try await unlockedCredentials(ui: ui)
        let machine = try await SSHLogin(options: configuration.ssh, credentials: credentials)
            .connect(ui: ui)
        do {
            try await provision(machine, ui: ui, hook: hook)
        } catch {
            // The cancelled task must still say goodbye to the server.
            await Task { await machine.close() }.value
            throw error
        }
        await machine.close()
    }

    /// What to log in with, after the passphrases of locked keys were asked for.
    private func unlockedCredentials(ui: any UserInterface) async throws -> [SSHCredential] {
        var unlocked: [SSHCredential] = []
        for credential in credentials {
            switch credential {
            case .ready(let credential): unlocked.append(credential)
            case .locked(let key):
                let isFile = key.name != SSHOptions.inlineKeyName
                let name = isFile ? key.name : "\(key.name) of \(buildName)"
                unlocked.append(
                    .privateKey(
                        try await unlockedKeys.unlock(key, calledWhenAsking: name, ui: ui)
                    )
                )
            }
        }
        return unlocked
    }

    private func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        hook: any Hook
    ) async throws {
        let data = generatedData
        do {
            try await hook.run(.provision, ui: ui, machine: machine, data: data)
        } catch {
            try Task.checkCancellation()
            await ui.say(
                "Provisioning step had errors: Running the cleanup provisioner, if present..."
            )
            do {
                try await hook.run(.cleanupProvision, ui: ui, machine: machine, data: data)
            } catch let cleanupError {
                try Task.checkCancellation()
                throw BuildError.cleanupFailed(cleanupError, original: error)
            }
            throw error
        }
    }

    /// What `{{build}}` finds, with Packer's sentinels for what this builder does not have.
    private var generatedData: GeneratedData {
        let isSSH = configuration.communicator == .ssh
        let ssh = configuration.ssh
        return GeneratedData([
            "ID": .string("Null"),
            "Host": .string(isSSH ? ssh.host : ""),
            "Port": .integer(isSSH ? Int64(ssh.port) : 0),
            "User": .string(isSSH ? ssh.username : ""),
            "Password": .string(isSSH ? ssh.password : ""),
            "ConnType": .string(configuration.communicator.rawValue),
            "PackerRunUUID": .string(RunIdentity.uuid),
            "PackerHTTPIP": .string("ERR_HTTP_IP_NOT_IMPLEMENTED_BY_BUILDER"),
            "PackerHTTPPort": .string("ERR_HTTP_PORT_NOT_IMPLEMENTED_BY_BUILDER"),
            "PackerHTTPAddr": .string("ERR_HTTP_ADDR_NOT_IMPLEMENTED_BY_BUILDER"),
            "SSHPublicKey": .string(""),
            "SSHPrivateKey": .string(""),
            "SSHPrivateKeyFile": .string(ssh.privateKeyFile),
            "SSHAgentAuth": .bool(ssh.keys.agentAuth),
            "WinRMPassword": .string(""),
        ])
    }
}
