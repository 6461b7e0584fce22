import Components
import Configuration
import Interpolation
import Testing

private struct Sample: ConfigurationBlock {
    @Field("Commands.") var inline: [String] = []
    @Field("How to run.", interpolated: false) var executeCommand = "{{.Path}}"
}

@Suite struct PrepareContextTests {
    private let context = PrepareContext(
        buildName: "one",
        builderType: "null",
        templateDirectory: "/templates",
        userVariables: ["name": "web"],
        time: UTCTime(seconds: 0)
    )

    @Test func `decodes options with what is known before the build`() throws {
        let raw = ConfigurationValue.map([
            "inline": .list([
                .string("{{user `name`}} {{build_name}} {{build_type}} {{template_dir}}"),
                .string("{{isotime}} {{build `Host`}}"),
            ]),
            "execute_command": .string("sudo {{.Path}} {{user `name`}}"),
        ])
        let sample: Sample = try context.decode(from: raw)
        #expect(
            sample.inline == [
                "web one null /templates", "1970-01-01T00:00:00Z {{build `Host`}}",
            ]
        )
        #expect(sample.executeCommand == "sudo {{.Path}} {{user `name`}}")
    }

    @Test func `says which text cannot be rendered`() {
        let raw = ConfigurationValue.map(["inline": .list([.string("ok"), .string("{{nope}}")])])
        let errors = #expect(throws: ConfigurationErrors.self) {
            _ = try context.decode(Sample.self, from: raw)
        }
        #expect(errors?.problems.map(\.path.description) == ["inline[1]"])
    }

    @Test func `renders with the build's data at run time, extra names first`() throws {
        let data = GeneratedData(["Host": .string("h"), "Port": .integer(22), "Path": .string("x")])
        let text = "{{build `Host`}}:{{.Port}} {{.Path}} {{user `name`}}"
        #expect(
            try context.render(text, data: data, extra: ["Path": "/tmp/s.sh"])
                == "h:22 /tmp/s.sh web"
        )
        #expect(throws: InterpolationError.self) {
            _ = try context.render("{{env `HOME`}}", data: data)
        }
        #expect(throws: InterpolationError.self) {
            _ = try context.render("{{build `Nope`}}", data: data)
        }
    }
}
