import Configuration
import Interpolation
import Testing

/// A context with something of everything in it.
private func context() -> InterpolationContext {
    var context = InterpolationContext(
        userVariables: ["name": "Web", "empty": "", "version": "1.2.3"],
        buildName: "one",
        buildType: "null",
        templateDirectory: "/templates"
    )
    context.time = UTCTime(seconds: 1_136_214_245)
    context.workingDirectory = "/work"
    context.makeUUID = { "a-uuid" }
    return context
}

func rendered(_ text: String, _ change: (inout InterpolationContext) -> Void = { _ in })
    throws -> String
{
    var context = context()
    change(&context)
    return try TemplateText(text).render(with: context)
}

func failure(_ text: String, _ change: (inout InterpolationContext) -> Void = { _ in })
    -> String
{
    do {
        return "no error, but \(try rendered(text, change))"
    } catch {
        return "\(error)"
    }
}

@Suite struct TemplateTextTests {
    @Test(arguments: [
        ("", ""), ("plain } text {", "plain } text {"), ("{{user `name`}}", "Web"),
        (#"a{{user "name"}}b"#, "aWebb"), ("{{ user `empty` }}", ""), ("{{build_name}}", "one"),
        ("{{build_type}}", "null"), ("{{timestamp}}", "1136214245"),
        ("{{isotime}}", "2006-01-02T15:04:05Z"), ("{{isotime `2006-01-02`}}", "2006-01-02"),
        ("{{strftime `%Y%m%d%H%M%S`}}", "20060102150405"), ("{{uuid}}", "a-uuid"),
        ("{{pwd}}", "/work"), ("{{template_dir}}/x", "/templates/x"),
        ("{{packer_version}}", PackerVersion.compatible), ("{{lower `ÄB`}}", "äb"),
        ("{{upper `straße é`}}", "STRAßE É"), ("{{replace `a` `b` 2 `aaa`}}", "bba"),
        ("{{replace `a` `b` -1 `aaa`}}", "bbb"), ("{{replace `` `-` 2 `abc`}}", "-a-bc"),
        ("{{replace_all `.` `-` `1.2.3`}}", "1-2-3"), ("{{replace_all `` `-` `ab`}}", "-a-b-"),
        ("{{split `a-b-c` `-` 1}}", "b"), ("{{split `ab` `` 1}}", "b"),
        ("{{split `abc` `-` 0}}", "abc"),
    ])
    func `calls Packer's functions`(text: String, result: String) throws {
        #expect(try rendered(text) == result)
    }

    @Test(arguments: [
        ("{{user `name` | upper}}", "WEB"),
        ("{{user `version` | replace_all `.` `-` | upper}}", "1-2-3"),
        ("{{upper (user `name`)}}", "WEB"),
        ("{{replace_all (lower `W`) `n` (user `name` | lower)}}", "neb"),
        ("{{`{{`}}x{{`}}`}}", "{{x}}"), (#"{{"a\tb\"\u00e9\x41\101"}}"#, "a\tb\"éAA"),
        ("{{12}} {{-3}} {{true}}", "12 -3 true"), ("a {{- 3 -}} b", "a3b"), ("{{/* no */}}x", "x"),
        ("a {{- /* no */ -}} b", "ab"), ("a\n{{- `x` }}\nb", "ax\nb"),
        ("{{if true}}a{{else}}b{{end}}", "a"), ("{{if user `empty`}}a{{else}}b{{end}}", "b"),
        ("{{if eq build_name `one`}}a{{end}}", "a"), ("{{if ne build_name `one`}}a{{end}}", ""),
        ("{{if eq build_type `x` `null`}}a{{end}}", "a"), ("{{if not false}}a{{end}}", "a"),
        ("{{if and true (eq 1 1)}}a{{end}}", "a"), ("{{if or false ``}}a{{else}}b{{end}}", "b"),
        ("{{or `` `x`}}{{and `a` `b`}}", "xb"),
        ("{{if false}}a{{else if true}}b{{else}}c{{end}}", "b"),
        ("{{if true}}{{if false}}a{{else}}b{{end}}c{{end}}d", "bcd"),
        ("{{if or true (env `X`)}}short{{end}}", "short"),
    ])
    func `understands Go's template language as far as templates use it`(
        text: String,
        result: String
    ) throws {
        #expect(try rendered(text) == result)
    }

    @Test func `finds data behind the dot`() throws {
        let text = "chmod +x {{.Path}}; {{ .Vars }} {{.Path}} {{.Port}}"
        let data: [String: ConfigurationValue] = [
            "Path": .string("/tmp/x"), "Vars": .string("A='1'"), "Port": .integer(22),
        ]
        #expect(
            try rendered(text) { $0.data = data } == "chmod +x /tmp/x; A='1' /tmp/x 22"
        )
        #expect(
            failure("{{.Var}}") { $0.data = data }
                == "template text 1:3: there is no .Var here; did you mean `.Vars`?"
        )
        #expect(
            failure("{{.Nope}}") { $0.data = data }
                == "template text 1:3: there is no .Nope here; there is `.Path`, `.Port`, `.Vars`"
        )
        #expect(
            failure("{{.Nope}}") == "template text 1:3: there is no .Nope here;"
                + " only some options know such names, when the build runs"
        )
        #expect(
            failure("{{.Host}}") == "template text 1:3: there is no .Host here;"
                + " write {{build `Host`}}: it is filled in at run time"
        )
    }

    @Test func `leaves what the build will know for a second rendering`() throws {
        let text = "{{user `name`}} {{build `Host`}}:{{- build `Port` | lower -}} {{build_name}}"
        let first = try rendered(text)
        #expect(first == "Web {{build `Host`}}:{{ build `Port` | lower }}one")
        let second = try rendered("{{build `Host`}}:{{build `Port`}}") {
            $0.build = ["Host": .string("h"), "Port": .integer(22)]
        }
        #expect(second == "h:22")
    }

    @Test(arguments: [
        "{{if build `Host`}}{{user `name`}}{{else}}b{{end}}",
        "{{if false}}a{{else if build `Host`}}{{user `name`}}{{end}}",
    ])
    func `leaves a condition on the build whole`(text: String) throws {
        #expect(try rendered("x" + text + "y") == "x" + text + "y")
        #expect(
            try rendered(text) { $0.build = ["Host": .string("h")] } == "Web"
        )
    }

    @Test func `allows the environment only where it is given`() throws {
        #expect(try rendered("{{env `A`}}{{env `B`}}") { $0.environment = ["A": "1"] } == "1")
        #expect(
            failure("x {{env `HOME`}}") == "template text 1:5: env vars are not allowed here;"
                + " declare a user variable with {{env `HOME`}} as its value in `variables`"
                + " and use it with {{user}}"
        )
    }

    @Test func `makes undeclared variables empty where Packer's rule is asked for`() throws {
        #expect(try rendered("<{{user `x`}}>") { $0.refusesUndeclaredVariables = false } == "<>")
    }

    @Test(arguments: [
        ("a\n {{usr `x`}}", #"2:4: function "usr" not defined; did you mean `user`?"#),
        ("{{user `nam`}}", #"1:3: user variable "nam" is not declared; did you mean `name`?"#),
        (
            "{{user `zzzzzz`}}",
            #"1:3: user variable "zzzzzz" is not declared; there is `empty`, `name`, `version`"#
        ),
        ("{{user}}", "1:3: wrong number of args for user: want 1 got 0"),
        ("{{isotime `a` `b`}}", "1:3: wrong number of args for isotime: want 0 to 1 got 2"),
        ("{{eq `a`}}", "1:3: wrong number of args for eq: want at least 2 got 1"),
        (
            "{{build `Hots`}}",
            "1:3: loaded data, but couldnt find Hots in it.; did you mean `Host`?"
        ),
        (
            "{{split `a` `-` 1}}",
            "1:3: the substring 1 was unavailable using the separator value, -, only 1 values were"
                + " found; count from 0"
        ),
        (
            "{{split `a` `-` -1}}",
            "1:3: the substring -1 was unavailable using the separator value, -,"
                + " only 1 values were found; count from 0"
        ),
        ("{{lower 1}}", "1:3: argument 1 of lower must be a text, got a number"),
        (
            "{{eq 1 `1`}}",
            "1:3: incompatible types for comparison: a number and text;"
                + " compare texts with texts and numbers with numbers"
        ),
        (
            "{{sed `a` `b`}}",
            "1:3: template function `sed` is deprecated; use `replace` or `replace_all` instead"
        ),
        (
            "{{vault `a` `b`}}",
            "1:3: Vault vars are only allowed in the variables section;"
                + " declare a user variable with the value and use it with {{user}}"
        ),
        (
            "{{consul_key `a`}}",
            "1:3: consul_key is not allowed here;"
                + " declare a user variable with the value and use it with {{user}}"
        ),
        (
            "{{aws_secretsmanager `a` `b`}}",
            "1:3: AWS Secrets Manager is only allowed in the variables section;"
                + " declare a user variable with the value and use it with {{user}}"
        ),
        (
            "{{aws_secretsmanager_raw `a`}}",
            "1:3: AWS Secrets Manager is only allowed in the variables section;"
                + " declare a user variable with the value and use it with {{user}}"
        ),
        (
            "{{clean_resource_name `a`}}",
            #"1:3: function "clean_resource_name" not defined; only components for clouds have it"#
        ),
        (
            "{{user `x`",
            "1:1: unclosed action; end it with }}, or write {{`{{`}} for two braces as text"
        ),
        ("{{user `x}}", "1:8: unterminated raw quoted string; close it with `"),
        (#"{{user "x}}"#, "1:8: unterminated quoted string; close it with \""),
        ("{{user 'x'}}", "1:8: a text in single quotes; put it in backquotes: `…`"),
        (
            #"{{"\q"}}"#,
            "1:3: bad escape in a quoted string; write \\\\ for a backslash, or use backquotes"
        ),
        ("{{/* x }}", "1:1: unclosed comment; end it with */}}"),
        ("{{/* x */ y}}", "1:1: comment ends before closing delimiter; put }} right behind */"),
        (
            "{{}}",
            "1:1: missing value for command;"
                + " write a function or a value, or {{`{{`}} for two braces as text"
        ),
        (
            "{{user `x` | }}",
            "1:1: missing function after |;"
                + " write a function or a value, or {{`{{`}} for two braces as text"
        ),
        ("{{(user `x`}}", "1:3: unclosed left paren; add )"),
        ("{{user `name`)}}", "1:14: unexpected right paren; remove it"),
        ("{{if true}}a", "1:1: {{if}} is not closed; end it with {{end}}"),
        ("a{{end}}", "1:2: unexpected {{end}}; there is no {{if}} before it"),
        ("{{else}}", "1:1: unexpected {{else}}; there is no {{if}} before it"),
        ("{{if true}}{{else}}{{else}}{{end}}", "1:20: a second {{else}}; remove it"),
        (
            "{{`a` `b`}}",
            "1:7: can't give argument to non-function;"
                + " put a function first, or | between the stages of a pipeline"
        ),
        (
            "{{`a` | `b`}}",
            "1:9: non executable command in pipeline; behind | stands a function"
        ),
        (
            "{{99999999999999999999}}",
            #"1:3: bad number "99999999999999999999"; only whole decimal numbers that fit 64 bits are"#
                + " supported"
        ),
        (
            "{{user`x`}}",
            "1:7: no space before an argument of `user`; put a space between arguments"
        ),
    ])
    func `says what is wrong, where, and what to do`(text: String, error: String) {
        #expect(failure(text) == "template text " + error)
    }

    @Test(arguments: [
        ("{{range .X}}{{end}}", "1:3: `range`"), ("{{with .X}}{{end}}", "1:3: `with`"),
        ("{{printf `a`}}", "1:3: `printf`"), ("{{template `a`}}", "1:3: `template`"),
        ("{{$x := 1}}", "1:3: variables ($)"), ("{{.}}", "1:3: a dot alone"),
        ("{{.A.B}}", "1:3: a field of a field"), ("{{define `a`}}", "1:3: `define`"),
    ])
    func `names what it does not support`(text: String, what: String) {
        #expect(
            failure(text) == "template text \(what): this part of Go's template language is not"
                + " supported; there are .Name, functions, pipelines, comments and if/else/end"
        )
    }

    @Test(arguments: ["build_name", "build_type", "template_dir"])
    func `refuses what is not known outside a build`(function: String) {
        let wanted =
            function == "template_dir" ? "template path not available" : "\(function) not available"
        #expect(throws: InterpolationError(wanted, line: 1, column: 3)) {
            _ = try TemplateText("{{\(function)}}").render(with: InterpolationContext())
        }
    }

    @Test func `bears 100 levels of nesting and refuses more`() throws {
        func parentheses(_ depth: Int) -> String {
            "{{" + String(repeating: "(", count: depth) + "`x`"
                + String(repeating: ")", count: depth) + "}}"
        }
        func conditions(_ depth: Int) -> String {
            String(repeating: "{{if true}}", count: depth) + "x"
                + String(repeating: "{{end}}", count: depth)
        }
        #expect(try rendered(parentheses(100)) == "x")
        #expect(try rendered(conditions(100)) == "x")
        #expect(throws: InterpolationError.self) { _ = try TemplateText(parentheses(101)) }
        #expect(throws: InterpolationError.self) { _ = try TemplateText(conditions(10_000)) }
    }

    @Test func `survives any truncation and any mutilation of a text`() {
        let text =
            #"a{{- if and (eq .A "b\n\u00e9") true }}{{/* c */}}{{else if `x`}}{{1 | not}}{{end -}}"#
        let letters = Array(text.unicodeScalars)
        for end in letters.indices {
            _ = try? TemplateText(String(String.UnicodeScalarView(letters[..<end])))
            for other: Unicode.Scalar in ["{", "}", "\"", "`", "\\", "-", "(", "|", "\0", "💥"] {
                var changed = letters
                changed[end] = other
                _ = failure(String(String.UnicodeScalarView(changed)))
            }
        }
    }
}
