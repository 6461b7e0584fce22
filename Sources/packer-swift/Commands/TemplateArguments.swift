import Processes
import ArgumentParser
import Build

/// What every command that reads a template takes.
struct TemplateArguments: ParsableArguments {
    @Argument(help: "The template, in Packer's JSON form.")
    var template: String

    @Option(
        name: .customLong("var"),
        parsing: .singleValue,
        help: ArgumentHelp("Set a variable; may be repeated.", valueName: "name=value")
    )
    var variables: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Set variables from a JSON file; may be repeated.", valueName: "file")
    )
    var varFile: [String] = []

    @Option(help: ArgumentHelp("Only these builds.", valueName: "name,name"))
    var only: String?

    @Option(help: ArgumentHelp("All builds but these.", valueName: "name,name"))
    var except: String?

    /// The arguments as the library takes them.
    var request: PlanRequest {
        PlanRequest(
            template: template,
            assignments: variables,
            variableFiles: varFile,
            only: Self.names(only),
            except: Self.names(except),
            environment: ProcessEnvironment.variables
        )
    }

    private static func names(_ list: String?) -> [String] {
        (list ?? "").split(separator: ",").map(String.init)
    }
}
