import Configuration
import Testing

@testable import Template

/// A template with one builder and these further parts.
private func small(_ parts: String) throws -> Template {
    try template(#"{"builders": [{"type": "null"}], "# + parts + "}")
}

@Suite struct BuildPlanTests {
    @Test func `makes builds of builders and of the provisioners that are for them`() throws {
        let plan = try template(
            #"""
            {"builders": [{"type": "null", "ssh_host": "a"}, {"type": "null", "name": "b"}],
             "provisioners": [
               {"type": "shell", "inline": ["x"], "env": {"A": "1", "B": "2"}, "timeout": "90s",
                "pause_before": 1000000000, "max_retries": "2",
                "override": {"b": {"inline": ["y"], "env": {"A": null, "B": "3"},
                  "binary": true}}},
               {"type": "file", "only": ["b"]}, {"type": "file", "except": ["b"], "timeout": "0s"}
             ]}
            """#
        ).plan()
        #expect(plan.builds.map(\.name) == ["null", "b"])
        #expect(plan.builds[0].configuration == .map(["ssh_host": .string("a")]))
        #expect(
            plan.builds[0].provisioners.map(\.path.description)
                == ["provisioners[0]", "provisioners[2]"]
        )
        #expect(
            plan.builds[1].provisioners.map(\.path.description)
                == ["provisioners[0]", "provisioners[1]"]
        )
        let (plain, changed) = (plan.builds[0].provisioners[0], plan.builds[1].provisioners[0])
        #expect(plain.timeout == .seconds(90))
        #expect(plain.pauseBefore == .seconds(1))
        #expect(plain.maxRetries == 2)
        #expect(plan.builds[0].provisioners[1].timeout == nil)
        #expect(plain.overridePath == nil)
        #expect(
            plain.configuration
                == .map([
                    "inline": .list([.string("x")]),
                    "env": .map(["A": .string("1"), "B": .string("2")]),
                ])
        )
        #expect(
            changed.configuration
                == .map([
                    "inline": .list([.string("y")]), "binary": .bool(true),
                    "env": .map(["A": .string("1"), "B": .string("3")]),
                ])
        )
        #expect(plan.templateDirectory == "/templates")
    }

    @Test func `places problems of options in the template`() throws {
        let plan = try template(
            """
            {"builders": [{"type": "null",
                           "ssh_hots": 1}],
             "provisioners": [{"type": "shell",
              "inlin": [],
              "env": {"A": "1"},
              "override": {"null": {
                "binary": "x",
                "env": {"B": []}}}}]}
            """
        ).plan()
        let build = plan.builds[0]
        let found = plan.locate(
            ConfigurationErrors([
                ConfigurationProblem("unknown", at: ConfigurationPath([.key("ssh_hots")])),
                ConfigurationProblem("missing", at: ConfigurationPath([.key("ssh_host")])),
            ]),
            in: build
        )
        #expect(
            found.description == """
                2 error(s) occurred:

                * t.json:2:16: builders[0].ssh_hots: unknown
                * t.json:1:15: builders[0].ssh_host: missing
                """
        )
        let steps: [[ConfigurationPath.Step]] = [
            [.key("inlin")], [.key("binary")], [.key("env"), .key("A")],
            [.key("env"), .key("B")], [],
        ]
        let errors = ConfigurationErrors(
            steps.map { ConfigurationProblem("bad", at: ConfigurationPath($0)) }
        )
        #expect(
            plan.locate(errors, in: build.provisioners[0]).problems.map(\.description) == [
                "t.json:4:3: provisioners[0].inlin: bad",
                "t.json:7:5: provisioners[0].override.null.binary: bad",
                "t.json:5:11: provisioners[0].env.A: bad",
                "t.json:8:13: provisioners[0].override.null.env.B: bad",
                "t.json:3:19: provisioners[0]: bad",
            ]
        )
    }

    @Test func `renders variables out of one another and out of the environment`() throws {
        let template = try small(
            #"""
            "variables": {
              "greeting": "{{user `word` | upper}} {{user `name`}}", "word": "hello",
              "name": "{{env `WHO`}}", "dir": "{{template_dir}}", "empty": ""
            }, "sensitive-variables": ["name", "empty"]
            """#
        )
        var values = VariableValues()
        try values.add(assignment: "word={{user `empty`}}hi=x")
        let plan = try template.plan(variables: values, environment: ["WHO": "Ada"])
        #expect(
            plan.userVariables == [
                "greeting": "HI=X Ada", "word": "hi=x", "name": "Ada", "dir": "/templates",
                "empty": "",
            ]
        )
        #expect(plan.sensitiveValues == ["Ada"])
        #expect(plan.warnings == [])
    }

    @Test func `takes -var over files and later files over earlier ones`() throws {
        var values = VariableValues()
        try values.add(assignment: "a=command")
        try values.add(Array(#"{"a": "1", "b": "1", "c": 5, "d": [1, "x"]}"#.utf8), file: "1.json")
        try values.add(Array(#"{"b": "2", "other": true}"#.utf8), file: "2.json")
        let template = try small(
            #""variables": {"a": null, "b": null, "c": "", "d": "", "e": "own"}"#
        )
        let plan = try template.plan(variables: values)
        #expect(
            plan.userVariables == ["a": "command", "b": "2", "c": "5", "d": "1,x", "e": "own"]
        )
        #expect(
            plan.warnings == [
                "2.json:1:12: the template declares no variable \"other\"; the value is not used"
            ]
        )
    }

    @Test func `refuses bad arguments and files of variables`() {
        var values = VariableValues()
        for text in ["name", "=x", ""] {
            #expect(
                problems { try values.add(assignment: text) }
                    == ["No '=' value in arg: \(text); write -var 'name=value'"]
            )
        }
        #expect(
            problems { try values.add(Array("[1]".utf8), file: "v.json") } == [
                "v.json: a variable file is a map, got a list; write { \"name\": \"value\" }"
            ]
        )
        #expect(
            problems { try values.add(Array(#"{"a": {}, "b": [[]]}"#.utf8), file: "v.json") } == [
                "v.json:1:2: a: expected text, got a map",
                "v.json:1:17: b[0]: expected text, got a list",
            ]
        )
        #expect(
            problems { try values.add(file: "v.pkrvars.hcl") } == [
                "v.pkrvars.hcl: HCL2 variable files are not supported yet; give a JSON file"
            ]
        )
    }

    @Test func `finds all that is wrong with variables`() throws {
        let template = try small(
            #"""
            "variables": {"need": null, "other": null, "a": "{{user `b`}}", "b": "{{user `c`}}",
              "c": "{{user `a`}}", "typo": "{{user `nead`}}", "bad": "{{usr}}"}
            """#
        )
        var values = VariableValues()
        try values.add(assignment: "other=1")
        try values.add(assignment: "ned=1")
        #expect(
            problems { _ = try template.plan(variables: values) } == [
                "t.json:1:48: variables.need: required variable not set: need;"
                    + " set it with -var 'need=…' or in a -var-file",
                "t.json:1:77: variables.a: variables are made of one another in a circle:"
                    + " a -> b -> c -> a; give one of them a value of its own",
                "t.json:2:24: variables.typo: template text 1:3: user variable \"nead\" is not"
                    + " declared; did you mean `need`?",
                "t.json:2:51: variables.bad: template text 1:3: function \"usr\" not defined;"
                    + " did you mean `user`?",
                "-var ned: the template declares no variable \"ned\"; did you mean `need`?",
            ]
        )
    }

    @Test func `bears long chains of variables and refuses endless ones`() throws {
        func chain(_ length: Int) -> String {
            "\"variables\": {"
                + (0..<length).map { "\"v\($0)\": \"{{user `v\($0 + 1)`}}\"" }
                .joined(separator: ",") + ", \"v\(length)\": \"end\"}"
        }
        #expect(try small(chain(99)).plan().userVariables["v0"] == "end")
        #expect(throws: TemplateErrors.self) { _ = try small(chain(300)).plan() }
    }

    @Test func `selects builds by exact name`() throws {
        let template = try template(
            #"{"builders": [{"type": "a"}, {"type": "b"}, {"type": "c"}]}"#
        )
        #expect(try template.plan(only: ["b", "a"]).builds.map(\.name) == ["a", "b"])
        #expect(try template.plan(except: ["b"]).builds.map(\.name) == ["a", "c"])
        #expect(
            problems { _ = try template.plan(only: ["b*"], except: ["null"]) } == [
                "-only: there is no build \"b*\"; did you mean `b`?",
                "-except: there is no build \"null\"; there is `a`, `b`, `c`",
            ]
        )
        #expect(
            problems { _ = try template.plan(only: ["a"], except: ["a"]) }
                == ["no builds to run; -only and -except leave none of `a`, `b`, `c`"]
        )
    }

    @Test func `renders names of builders`() throws {
        let template = try template(
            #"""
            {"variables": {"os": "web"},
             "builders": [{"type": "null", "name": "{{user `os`}}-1"}, {"type": "null", "name": "b"}],
             "provisioners": [{"type": "shell", "only": ["{{user `os`}}-1"]}]}
            """#
        )
        #expect(try template.plan().builds.map(\.name) == ["web-1", "b"])
        #expect(try template.plan().builds.map(\.provisioners.count) == [1, 0])
        #expect(try template.plan(only: ["web-1"]).builds.count == 1)
        let twice = try Template(
            Array(
                #"{"builders": [{"type": "a"}, {"type": "b", "name": "{{`a`}}"}]}"#.utf8
            ),
            file: "t.json"
        )
        #expect(
            problems { _ = try twice.plan() } == [
                "t.json:1:44: builders[1].name: builder with name 'a' already exists;"
                    + " give it another \"name\""
            ]
        )
    }

    @Test(arguments: [
        (
            #""timeout": "10""#,
            #"timeout: time: missing unit in duration "10"; write "10s" for seconds"#
        ),
        (#""timeout": "-1s""#, "timeout: must not be negative"),
        (#""pause_before": "-1s""#, "pause_before: must not be negative"),
        (
            #""max_retries": "x""#,
            #"max_retries: `max_retries` must be a valid integer: "x"; write a number such as 3"#
        ),
        (#""max_retries": -1"#, "max_retries: must not be negative"),
    ])
    func `checks what every provisioner can have`(option: String, error: String) throws {
        let template = try small(#""provisioners": [{"type": "shell", \#(option)}]"#)
        #expect(
            problems { _ = try template.plan() } == ["t.json:1:69: provisioners[0].\(error)"]
        )
    }
}
