import Components
import Configuration
import Foundation
import PluginSDK
import SSHCommunicator

/// `machine-ssh`, a builder: has a machine provisioned that is there already.
struct Machine: Builder, ConfiguredComponent {
    struct Options: ConfigurationBlock {
        @Field("The machine's name or address.") var host: String
        @Field("Its SSH port.") var port: UInt16 = 22
        @Field("Who to log in as.") var username: String
        @Field("The file of the private key.") var privateKeyFile: String
    }
    let options: Options
    let context: PrepareContext

    func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? {
        let (name, host) = (options.privateKeyFile, options.host)
        let pem = try Data(contentsOf: URL(fileURLWithPath: name))
        let key = SSHCredential.privateKey(try SSHPrivateKey(pem: [UInt8](pem), name: name))
        let (port, user) = (options.port, options.username)
        let login = SSHConfiguration(host: host, port: port, username: user, credentials: [key])
        let machine = try await SSHCommunicator.connect(login)
        await ui.say("Connected to \(login.target), \(await machine.hostKeyFingerprint)")
        let data = GeneratedData(["Host": .string(host), "ID": .string(host)])
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
