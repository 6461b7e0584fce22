import Build
import TestSupport
import Testing

/// One bad template: the text, and where, what and what to do must be said about it.
struct BadTemplate: Sendable, CustomTestStringConvertible {
    var name: String
    var json: String
    /// Line and column of the problem.
    var place: String
    var what: String
    var remedy: String

    var testDescription: String { name }

    static let all: [BadTemplate] = [
        BadTemplate(
            name: "unclosed object",
            json: "{\"builders\": [\n  {\"type\": \"null\"\n]}",
            place: "3:1",
            what: "]",
            remedy: "}"
        ),
        BadTemplate(
            name: "duplicate key",
            json: "{\"builders\": [{\"type\": \"null\"}],\n \"builders\": []}",
            place: "2:2",
            what: "builders",
            remedy: "remove"
        ),
        BadTemplate(
            name: "unknown root key",
            json: "{\"builders\": [{\"type\": \"null\", \"communicator\": \"none\"}],\n"
                + " \"provisoners\": []}",
            place: "2:2",
            what: "provisoners",
            remedy: "provisioners"
        ),
        BadTemplate(
            name: "no builder",
            json: "{\n\"builders\": []}",
            place: "2:1",
            what: "at least one builder must be defined",
            remedy: "null"
        ),
        BadTemplate(
            name: "builder without type",
            json: "{\"builders\": [\n  {\"communicator\": \"none\"}]}",
            place: "2:3",
            what: "missing 'type'",
            remedy: "type"
        ),
        BadTemplate(
            name: "two builders of one name",
            json: "{\"builders\": [{\"type\": \"null\", \"communicator\": \"none\"},\n"
                + "{\"type\": \"null\", \"communicator\": \"none\"}]}",
            place: "2:",
            what: "builder with name 'null' already exists",
            remedy: "name"
        ),
        BadTemplate(
            name: "unknown builder",
            json: "{\"builders\": [\n{\"type\": \"nul\"}]}",
            place: "2:",
            what: "Unknown builder nul",
            remedy: "did you mean `null`?"
        ),
        BadTemplate(
            name: "unknown provisioner",
            json: none("\n{\"type\": \"shel\"}"),
            place: "2:",
            what: "Unknown provisioner shel",
            remedy: "did you mean `shell`?"
        ),
        BadTemplate(
            name: "unknown builder option",
            json: "{\"builders\": [{\"type\": \"null\", \"communicator\": \"none\",\n"
                + "  \"ssh_hots\": \"h\"}]}",
            place: "2:3",
            what: "unknown configuration key: '\"ssh_hots\"'",
            remedy: "did you mean `ssh_host`?"
        ),
        BadTemplate(
            name: "SSH without host",
            json: "{\"builders\": [\n{\"type\": \"null\", \"ssh_username\": \"u\", "
                + "\"ssh_password\": \"p\"}]}",
            place: "2:1",
            what: "a Host must be specified",
            remedy: "set `ssh_host`"
        ),
        BadTemplate(
            name: "unknown communicator",
            json: "{\"builders\": [{\"type\": \"null\",\n  \"communicator\": \"shh\"}]}",
            place: "2:",
            what: "Communicator type shh is invalid",
            remedy: "did you mean `ssh`?"
        ),
        BadTemplate(
            name: "port out of range",
            json: "{\"builders\": [{\"type\": \"null\", \"communicator\": \"none\",\n"
                + "  \"ssh_port\": 70000}]}",
            place: "2:",
            what: "70000",
            remedy: "65535"
        ),
        BadTemplate(
            name: "duration without unit",
            json: none("{\"type\": \"shell\", \"inline\": [\"true\"],\n \"timeout\": \"10\"}"),
            place: "2:",
            what: "missing unit in duration",
            remedy: "s"
        ),
        BadTemplate(
            name: "only with an unknown build",
            json: none("{\"type\": \"shell\", \"inline\": [\"true\"],\n \"only\": [\"nul\"]}"),
            place: "2:",
            what: "'only' specified builder 'nul' not found",
            remedy: "null"
        ),
        BadTemplate(
            name: "only beside except",
            json: none(
                "{\"type\": \"shell\", \"inline\": [\"true\"], \"only\": [\"null\"],\n"
                    + " \"except\": [\"null\"]}"
            ),
            place: "2:2",
            what: "only one of 'only' or 'except' may be specified",
            remedy: "remove"
        ),
        BadTemplate(
            name: "override of an unknown build",
            json: none(
                "{\"type\": \"shell\", \"inline\": [\"true\"],\n \"override\": {\"nul\": {}}}"
            ),
            place: "2:",
            what: "override 'nul' doesn't exist",
            remedy: "null"
        ),
        BadTemplate(
            name: "retries that are no number",
            json: none(
                "{\"type\": \"shell\", \"inline\": [\"true\"],\n \"max_retries\": \"many\"}"
            ),
            place: "2:",
            what: "max_retries",
            remedy: "number"
        ),
        BadTemplate(
            name: "undeclared variable",
            json: none("{\"type\": \"shell\",\n \"inline\": [\"echo {{user `nmae`}}\"]}"),
            place: "2:",
            what: "nmae",
            remedy: "variables"
        ),
        BadTemplate(
            name: "script that is not there",
            json: none("{\"type\": \"shell\",\n \"script\": \"/nonexistent/x.sh\"}"),
            place: "2:",
            what: "/nonexistent/x.sh",
            remedy: "script"
        ),
        BadTemplate(
            name: "bad name of an environment variable",
            json: none(
                "{\"type\": \"shell\", \"inline\": [\"true\"],\n"
                    + " \"environment_vars\": [\"A-B=1\"]}"
            ),
            place: "2:",
            what: "A-B",
            remedy: "letter"
        ),
    ]

    /// A template without a machine, with one provisioner.
    private static func none(_ provisioner: String) -> String {
        "{\"builders\": [{\"type\": \"null\", \"communicator\": \"none\"}], "
            + "\"provisioners\": [\(provisioner)]}"
    }
}

struct ValidateTests {
    private let output = TestScreen()
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: BadTemplate.all)
    func `says what is wrong, where, and what to do`(_ template: BadTemplate) async throws {
        let path = try directory.write(Array(template.json.utf8), to: "t.json")
        #expect(await !PlanRequest(template: path).validate(on: output.screen()))
        let text = output.text
        #expect(text.contains("\(path):\(template.place)"), "\(text)")
        #expect(text.contains(template.what), "\(text)")
        #expect(text.contains(template.remedy), "\(text)")
        #expect(!text.contains("The configuration is valid."))
    }

    @Test func `finds everything that is wrong at once, and each thing once`() async throws {
        let json = """
            {"builders": [
              {"type": "null", "name": "a", "communicator": "none", "ssh_hots": 1},
              {"type": "null", "name": "b", "communicator": "none"},
              {"type": "nope", "name": "c"}],
             "provisioners": [
              {"type": "shell", "inlin": ["true"]},
              {"type": "file", "sorce": "x"}]}
            """
        let path = try directory.write(Array(json.utf8), to: "t.json")
        #expect(await !PlanRequest(template: path).validate(on: output.screen()))
        for word in ["ssh_hots", "inlin\\\"", "sorce", "Unknown builder nope"] {
            let found = output.lines.filter { $0.contains(word.replacing("\\", with: "")) }
            #expect(found.count == 1, "\(word): \(output.text)")
        }
    }

    @Test func `accepts a template in which nothing is wrong`() async throws {
        let json = """
            {"description": "all right", "_comment": "ours",
             "variables": {"name": "world"}, "min_packer_version": "1.0.0",
             "builders": [{"type": "null", "communicator": "none"}],
             "provisioners": [{"type": "shell", "inline": ["echo {{user `name`}}"]}]}
            """
        let path = try directory.write(Array(json.utf8), to: "t.json")
        #expect(await PlanRequest(template: path).validate(on: output.screen()))
        #expect(output.text == "The configuration is valid.\n")
    }

    @Test func `checks only the syntax when asked to`() async throws {
        let json = #"{"builders": [{"type": "nope"}]}"#
        let path = try directory.write(Array(json.utf8), to: "t.json")
        #expect(await PlanRequest(template: path).validate(syntaxOnly: true, on: output.screen()))
        #expect(output.text == "Syntax-only check passed. Everything looks okay.\n")
    }

    @Test func `names a template that cannot be read`() async throws {
        let request = PlanRequest(template: directory["missing.json"])
        #expect(await !request.validate(on: output.screen()))
        #expect(output.text.contains(directory["missing.json"]))
    }
}
