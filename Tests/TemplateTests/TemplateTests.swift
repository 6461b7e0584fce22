import Configuration
import Testing

@testable import Template

/// A template from its text; `file` is what errors call it.
func template(_ text: String, file: String = "t.json") throws -> Template {
    try Template(Array(text.utf8), file: file, directory: "/templates")
}

/// What the errors of `body` say, a line a problem.
func problems(_ body: () throws -> Void) -> [String] {
    do {
        try body()
        return []
    } catch let errors as TemplateErrors {
        return errors.problems.map(\.description)
    } catch {
        return ["not TemplateErrors: \(error)"]
    }
}

@Suite struct TemplateTests {
    @Test func `reads all that a template can have`() throws {
        let template = try template(
            #"""
            {
              "_comment": "free text",
              "_more": {"a": 1},
              "description": "A web server",
              "min_packer_version": "1.6.0",
              "variables": {"z": "1", "a": null, "n": 2, "b": true},
              "sensitive-variables": ["a"],
              "builders": [
                {"type": "null", "ssh_host": "h"},
                {"type": "null", "name": "two"}
              ],
              "provisioners": [
                {
                  "type": "shell", "inline": ["true"], "only": ["two"], "pause_before": "10s",
                  "timeout": "1m", "max_retries": 3, "override": {"two": {"inline": ["false"]}}
                },
                {"type": "file", "except": ["two"]}
              ]
            }
            """#
        )
        #expect(template.description == "A web server")
        #expect(template.minimumPackerVersion == "1.6.0")
        #expect(template.variables.map(\.name) == ["z", "a", "n", "b"])
        #expect(template.variables.map(\.defaultValue) == ["1", nil, "2", "1"])
        #expect(template.sensitiveVariables == ["a"])
        #expect(template.builders.map(\.name) == ["null", "two"])
        #expect(template.builders.map(\.type) == ["null", "null"])
        #expect(template.builders[0].configuration == ["ssh_host": .string("h")])
        #expect(template.provisioners.map(\.type) == ["shell", "file"])
        #expect(
            template.provisioners[0].configuration == ["inline": .list([.string("true")])]
        )
        #expect(template.provisioners[0].only == ["two"])
        #expect(template.provisioners[1].except == ["two"])
    }

    @Test(arguments: [
        ("[]", ["a template is a map, got a list; write { \"builders\": [ … ] }"]),
        (
            "{}",
            [
                "at least one builder must be defined;"
                    + " add \"builders\": [ { \"type\": \"null\", … } ]"
            ]
        ),
        (
            #"{"builders": []}"#,
            [
                "1:2: builders: at least one builder must be defined;"
                    + " add \"builders\": [ { \"type\": \"null\", … } ]"
            ]
        ),
        (
            #"{"builders": {}}"#,
            ["1:2: builders: expected a list, got a map; write \"builders\": [ { \"type\": … } ]"]
        ),
        (
            #"{"builders": [1, {"type": ""}, {"type": 2}]}"#,
            [
                "1:15: builders[0]: expected a map, got a number; write { \"type\": … }",
                "1:18: builders[1]: builder 2: missing 'type'; add \"type\": \"…\"",
                "1:33: builders[2].type: expected text, got a number; write \"type\": \"…\"",
            ]
        ),
        (
            #"{"builders": [{"type": "null"}, {"type": "null"}, {"type": "x", "name": "null"}]}"#,
            [
                "1:34: builders[1].type: builder 2: builder with name 'null' already exists;"
                    + " give it another \"name\"; the first is builders[0]",
                "1:65: builders[2].name: builder 3: builder with name 'null' already exists;"
                    + " give it another \"name\"; the first is builders[0]",
            ]
        ),
        (
            #"{"builders": [{"type": "null"}], "provisioner": [], "post-processor": [], "foo": 1}"#,
            [
                "1:34: provisioner: Unknown root level key in template: 'provisioner';"
                    + " did you mean `provisioners`? (a comment's key starts with _)",
                "1:53: post-processor: Unknown root level key in template: 'post-processor';"
                    + " did you mean `post-processors`? (a comment's key starts with _)",
                "1:75: foo: Unknown root level key in template: 'foo'; there is `builders`,"
                    + " `description`, `min_packer_version`, `post-processors`, `provisioners`,"
                    + " `sensitive-variables`, `variables` (a comment's key starts with _)",
            ]
        ),
        (
            #"{"builders": [{"type": "null"}], "error-cleanup-provisioner": {}, "push": {}}"#,
            [
                "1:34: error-cleanup-provisioner: `error-cleanup-provisioner` is not supported yet;"
                    + " remove it",
                "1:67: push: `push` is gone from Packer too; remove it",
            ]
        ),
        (
            #"{"builders": [{"type": "null"}], "min_packer_version": "99.0"}"#,
            [
                "1:34: min_packer_version: This template requires Packer version 99.0 or higher;"
                    + " using 1.16.0; lower min_packer_version if the template needs nothing newer"
            ]
        ),
        (
            #"{"builders": [{"type": "null"}], "min_packer_version": "new", "description": []}"#,
            [
                "1:63: description: expected text, got a list",
                "1:34: min_packer_version: Malformed version: new; write it like \"1.6.0\"",
            ]
        ),
        (
            #"{"builders": [{"type": "null"}], "variables": ["a"]}"#,
            [
                "1:34: variables: expected a map of variables, got a list;"
                    + " write { \"name\": \"default\" }"
            ]
        ),
        (
            #"{"builders": [{"type": "null"}], "variables": {"a": []}, "sensitive-variables": ["b"]}"#,
            [
                "1:48: variables.a: expected text, got a list",
                "1:82: sensitive-variables[0]: there is no variable \"b\"; did you mean `a`?",
            ]
        ),
        (
            #"{"builders": [{"type": "null"}], "provisioners": [{"inline": []}, {"type": "shell","#
                + #" "only": ["nul"], "except": ["null"], "override": {"nulls": {}, "null": 1}}]}"#,
            [
                "1:51: provisioners[0]: Provisioner missing 'type'; add \"type\": \"…\"",
                "1:94: provisioners[1].only[0]: 'only' specified builder 'nul' not found;"
                    + " did you mean `null`?",
                "1:102: provisioners[1].except: only one of 'only' or 'except' may be specified;"
                    + " remove one of the two",
                "1:135: provisioners[1].override.nulls: provisioner 2: override 'nulls' doesn't"
                    + " exist; did you mean `null`?",
                "1:148: provisioners[1].override.null: expected a map of options;"
                    + " write { \"builder's name\": { \"option\": … } }",
            ]
        ),
        (
            #"{"builders": [{"type": "null"}], "provisioners": [{"type": "shell", "override": 1}]}"#,
            [
                "1:69: provisioners[0].override: expected a map of builders, got a number;"
                    + " write { \"builder's name\": { \"option\": … } }"
            ]
        ),
    ])
    func `says all that is wrong, where, and what to do`(text: String, errors: [String]) {
        let found = problems { _ = try template(text) }
        #expect(found == errors.map { "t.json:" + ($0.first?.isNumber == true ? "" : " ") + $0 })
    }

    @Test(arguments: [
        ("1.16.0", true), ("1.16.1", false), ("v1.6", true), ("2", false), ("1.16.0-dev", true),
        ("1.2.3.4", false), ("", false), ("1.x", false), ("1..2", false), ("-1", false),
    ])
    func `compares versions`(wanted: String, isMet: Bool) {
        #expect((VersionRequirement.problem(with: wanted, running: "1.16.0") == nil) == isMet)
    }

    @Test func `reads files, and says why not`() throws {
        #expect(
            problems { _ = try Template.load("/nonexistent/t.json") } == [
                "/nonexistent/t.json: cannot be read: No such file or directory;"
                    + " check the path; it is relative to the working directory"
            ]
        )
        #expect(
            problems { _ = try Template.load("/") }
                == ["/: cannot be read: Is a directory; the file must be readable"]
        )
        #expect(
            problems { _ = try Template.load("a.pkr.hcl") } == [
                "a.pkr.hcl: HCL2 templates are not supported yet; give a legacy JSON template"
            ]
        )
    }
}
