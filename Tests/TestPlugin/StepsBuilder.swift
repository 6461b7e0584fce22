import Communicator
import Components
import Configuration
import Foundation
import StepRunner

/// Waits to be cancelled, and cleans up when it is let; says in files how far it is.
struct StepsBuilder: Builder, ConfiguredComponent {
    struct Options: ConfigurationBlock {
        @Field("The folder of the files `began`, `cleaning`, `go` and `cleaned`.") var folder:
            String
    }

    let options: Options
    let context: PrepareContext

    func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? {
        var folder = options.folder
        try await StepRunner([StepWait()], ui: ui, in: context).run(&folder)
        return nil
    }

    private struct StepWait: Step {
        func run(_ folder: inout String, ui: any UserInterface) async throws {
            let process = "\(ProcessInfo.processInfo.processIdentifier)"
            try await LocalCommunicator().upload(.bytes(Array(process.utf8)), to: "\(folder)/began")
            for await _ in AsyncStream<Never>.makeStream().stream {}
            try Task.checkCancellation()
        }

        func cleanUp(
            _ folder: inout String,
            after outcome: StepOutcome,
            ui: any UserInterface
        ) async throws {
            let machine = LocalCommunicator()
            try await machine.upload(.bytes([]), to: "\(folder)/cleaning")
            await ui.say("cleaning")
            // Reading a FIFO ends when somebody has opened and closed it.
            _ = try await machine.run(RemoteCmd("cat \(ShellWord.quote(folder))/go")) { _ in }
            try await machine.upload(.bytes([]), to: "\(folder)/cleaned")
        }
    }
}
