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

    @Test func `is made of what a core says to a plugin`() throws {
        let placeholder = "Build_PackerRunUUID. To set this dynamically in the Packer template"
        let context = PrepareContext(
            try ComponentConfiguration(merging: [
                .map([
                    "packer_build_name": .string("one"), "packer_builder_type": .string("null"),
                    "packer_core_version": .string("1.6.6"), "packer_debug": .string("true"),
                    "packer_force": .bool(true), "packer_on_error": .string("ask"),
                    "packer_template_path": .string("/t/./x/../web.json"),
                    "packer_user_variables": .map(["a": .string("1")]),
                ]),
                .map(["PackerRunUUID": .string(placeholder), "Size": .string("Build_Size.")]),
            ])
        )
        #expect(context.isDebugging)
        #expect(context.isForced)
        #expect(context.onError == .ask)
        #expect(
            try context.render(
                "{{build_name}} {{build_type}} {{packer_version}} {{template_dir}} {{user `a`}}"
            ) == "one null 1.6.6 /t 1"
        )
        #expect(try context.render("{{build `Size`}}") == "{{build `Size`}}")
        #expect(throws: InterpolationError.self) { _ = try context.render("{{build `Host`}}") }
    }

    @Test func `knows what a core of HCL2 templates leaves out`() throws {
        let context = PrepareContext(
            try ComponentConfiguration(merging: [
                .map(["packer_build_name": .string("one")]), .null,
            ])
        )
        #expect(context.templateDirectory == nil)
        #expect(context.onError == .cleanUp)
        #expect(try context.render("{{build `Host`}}") == "{{build `Host`}}")
        #expect(throws: InterpolationError("packer_version not available", line: 1, column: 3)) {
            _ = try context.render("{{packer_version}}")
        }
    }

    @Test func `finds a template's directory from the working directory`() throws {
        let context = PrepareContext(
            try ComponentConfiguration(merging: [
                .map(["packer_template_path": .string("web.json")])
            ])
        )
        #expect(try context.render("{{template_dir}}") == context.render("{{pwd}}"))
    }
}
