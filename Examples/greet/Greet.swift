import Communicator
import Components
import Configuration
import PluginSDK

/// `greet-user`, a provisioner: leaves a greeting on the machine, whichever way it is reached.
struct Greet: Provisioner, ConfiguredComponent {
    struct Options: ConfigurationBlock {
        @Field("Whom to greet.") var name: String
        @Field("The file of the greeting.") var path: String = "/tmp/greeting"
    }
    let options: Options
    let context: PrepareContext

    func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        // What the builder finds out, as in {{build `ID`}}, is known only now.
        let path = try context.completed(options.path, data: data)
        await ui.say("Greeting \(options.name) in \(path)")
        try await machine.upload(.bytes(Array("Hello, \(options.name)!\n".utf8)), to: path)
    }
}

@main struct GreetPlugin {
    static func main() async {
        var plugin = PluginSet(name: "greet", version: "1.0.0")
        plugin.register(provisioner: Greet.self, as: "user")
        await plugin.run()
    }
}
