import Configuration
import Interpolation
import Testing

@Suite struct FunctionTests {
    @Test(arguments: [
        "{{vault `a` `b`}}", "{{consul_key `a`}}", "{{aws_secretsmanager `a`}}",
        "{{aws_secretsmanager_raw `a`}}",
    ])
    func `says in variables which stores of secrets are not supported`(text: String) {
        let error = failure(text) { $0.environment = [:] }
        #expect(error.hasSuffix("is not supported yet; pass the value with -var or {{env}}"))
    }

    @Test func `cleans names where the component says how`() throws {
        #expect(
            try rendered("{{clean_resource_name `a b` | upper}}") {
                $0.cleanResourceName = { $0.split(separator: " ").joined(separator: "-") }
            } == "A-B"
        )
    }

    @Test(arguments: [
        ("{{build_name}}", "build_name not available"),
        ("{{build_type}}", "build_type not available"),
        ("{{template_dir}}", "template path not available"),
        ("{{packer_version}}", "packer_version not available"),
    ])
    func `says what is not known outside a build`(text: String, error: String) throws {
        var context = InterpolationContext()
        context.packerVersion = ""
        #expect(throws: InterpolationError(error, line: 1, column: 3)) {
            _ = try TemplateText(text).render(with: context)
        }
        // As Go does, a function is not asked for anything where its branch is not taken.
        let unused = try TemplateText("{{if false}}\(text){{end}}").render(with: context)
        #expect(unused.isEmpty)
    }

    @Test func `prints whole numbers as such, whatever they came as`() throws {
        let build: [String: ConfigurationValue] = [
            "Port": .number(2222), "ID": .integer(7), "Host": .number(0.5),
        ]
        #expect(
            try rendered("{{build `Port`}} {{build `ID`}} {{build `Host`}}") { $0.build = build }
                == "2222 7 0.5"
        )
    }

    @Test func `finds a file's directory by its name`() {
        #expect(absoluteDirectory(of: "/a/./b/../c/t.json") == "/a/c")
        #expect(absoluteDirectory(of: "/t.json") == "/")
        #expect(absoluteDirectory(of: "t.json").hasPrefix("/"))
    }
}
