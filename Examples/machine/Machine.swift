import Components
import Configuration
import Foundation
import PluginSDK
import SSHCommunicator

/// `machine-ssh`, a builder: has a machine provisioned that is there already.
struct Machine: Builder {
    struct Options: ConfigurationBlock {
        @Field("The machine's name or address.") var host: String
        @Field("Its SSH port.") var port: UInt16 = 22
        @Field("Who to log in as.") var username: String
        @Field("The file of the private key.") var privateKeyFile: String
    }
    let options: Options

    static var fields: [FieldSpecification] { Options.fields }

    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Machine> {
        Prepared(Machine(options: try context.decode(from: configuration)))
    }

    func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? {
        let pem = try Data(contentsOf: URL(fileURLWithPath: options.privateKeyFile))
        let key = try SSHPrivateKey(pem: [UInt8](pem), name: options.privateKeyFile)
        let configuration = SSHConfiguration(
            host: options.host,
            port: options.port,
            username: options.username,
            credentials: [.privateKey(key)]
        )
        let machine = try await SSHCommunicator.connect(configuration)
        await ui.say("Connected to \(configuration.target), \(await machine.hostKeyFingerprint)")
        let data = GeneratedData(["Host": .string(options.host), "ID": .string(options.host)])
        try await hook.run(.provision, ui: ui, machine: machine, data: data)
        return nil
    }
}

@main struct MachinePlugin {
    static func main() async {
        var plugin = PluginSet(name: "machine", version: "1.0.0")
        plugin.register(builder: Machine.self, as: "ssh")
        await plugin.run()
    }
}
