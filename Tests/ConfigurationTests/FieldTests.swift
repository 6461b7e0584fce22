import Configuration
import Testing

private struct Inner: ConfigurationBlock {
    @Field("A name.") var name: String
    @Field("A size.") var size = 1
}

private struct Shared: ConfigurationBlock {
    @Field("The port.", check: { $0 == 0 ? "must not be 0" : nil }) var sshPort: UInt16 = 22
    @Field("How long.", aliases: ["ssh_wait_timeout"]) var sshTimeout: Duration?

    func check() -> [ConfigurationProblem] {
        sshPort == 2222 ? [ConfigurationProblem("2222 is taken")] : []
    }
}

private struct Sample: ConfigurationBlock {
    @Field("Commands.") var inline: [String] = []
    @Field("A script.") var script: String?
    @Field("Where to.", missing: "Destination must be specified.") var destination: String
    @Field("The environment.", key: "env") var environment: [String: String] = [:]
    @Field("Codes.") var validExitCodes: [Int] = [0]
    @Field("A switch.") var skipClean = false
    @Field("The budget.") var startRetryTimeout: Duration = .seconds(300)
    @Field("A share.") var share = 0.5
    @Field("A secret.", sensitive: true) var password: String?
    @Field("How to run.", interpolated: false) var executeCommand = "{{.Vars}} {{.Path}}"
    @Field("Old.", deprecated: "leave it out") var old: String?
    @Field("One block.") var inner: Inner?
    @Field("Blocks.") var inners: [Inner] = []
    @Flattened var shared: Shared

    func check() -> [ConfigurationProblem] {
        guard script != nil, !inline.isEmpty else { return [] }
        return [
            ConfigurationProblem(
                "Only a script file or an inline script can be specified, not both."
            )
        ]
    }
}

private func sample(
    _ options: [String: ConfigurationValue],
    rendering: @escaping (String) throws -> String = { $0 }
) throws -> Sample {
    let base: [String: ConfigurationValue] = ["destination": .string("/tmp")]
    return try Sample.decode(
        .map(base.merging(options) { $1 }),
        rendering: rendering
    )
}

private func problems(
    _ options: [String: ConfigurationValue],
    rendering: @escaping (String) throws -> String = { $0 }
) -> [String] {
    do {
        _ = try sample(options, rendering: rendering)
        return []
    } catch let errors as ConfigurationErrors {
        return errors.problems.map(\.description)
    } catch {
        return ["\(error)"]
    }
}

@Suite struct FieldTests {
    @Test func `keeps defaults of what is not set, null included`() throws {
        let value = try sample(["inline": .null])
        #expect(value.inline == [])
        #expect(value.script == nil)
        #expect(value.validExitCodes == [0])
        #expect(value.startRetryTimeout == .seconds(300))
        #expect(value.shared.sshPort == 22)
        #expect(value.inner == nil)
        #expect(!value.$inline.isSet)
        #expect(value.$destination.isSet)
    }

    @Test func `reads every type of option`() throws {
        let value = try sample([
            "inline": .list([.string("a"), .string("b")]),
            "env": .map(["A": .string("1"), "B": .integer(2), "C": .bool(true)]),
            "valid_exit_codes": .list([.integer(0), .string("3")]),
            "skip_clean": .string("true"),
            "start_retry_timeout": .string("1m30s"),
            "share": .integer(2),
            "inner": .map(["name": .string("x")]),
            "inners": .list([.map(["name": .string("y"), "size": .string("0x10")])]),
            "ssh_port": .string("2200"),
        ])
        #expect(value.inline == ["a", "b"])
        #expect(value.environment == ["A": "1", "B": "2", "C": "1"])
        #expect(value.validExitCodes == [0, 3])
        #expect(value.skipClean)
        #expect(value.startRetryTimeout == .seconds(90))
        #expect(value.share == 2)
        #expect(value.inner?.name == "x")
        #expect(value.inner?.size == 1)
        #expect(value.inners.map(\.size) == [16])
        #expect(value.shared.sshPort == 2200)
        #expect(value.$validExitCodes.givenKey == "valid_exit_codes")
    }

    @Test func `makes lists of single values and splits text at commas`() throws {
        #expect(try sample(["inline": .string("a,b")]).inline == ["a", "b"])
        #expect(try sample(["inline": .string("")]).inline == [])
        #expect(try sample(["inline": .integer(5)]).inline == ["5"])
        #expect(try sample(["valid_exit_codes": .integer(7)]).validExitCodes == [7])
        #expect(try sample(["valid_exit_codes": .string("0,2")]).validExitCodes == [0, 2])
        #expect(try sample(["inners": .map(["name": .string("z")])]).inners.map(\.name) == ["z"])
    }

    @Test func `finds everything that is wrong at once`() {
        let found = problems([
            "destination": .null,
            "inlin": .string("x"),
            "zzz": .integer(1),
            "valid_exit_codes": .list([.string("a"), .integer(1), .number(1.5)]),
            "start_retry_timeout": .string("10"),
            "ssh_port": .integer(70_000),
            "inner": .map(["size": .list([]), "nam": .string("x")]),
        ])
        #expect(
            found == [
                "destination: Destination must be specified.",
                #"valid_exit_codes[0]: expected a whole number, got "a""#,
                "valid_exit_codes[2]: expected a whole number, got 1.5",
                #"start_retry_timeout: time: missing unit in duration "10"; write "10s" for seconds"#,
                "inner.name: `name` must be specified",
                "inner.size: expected a whole number, got a list",
                #"inner.nam: unknown configuration key: '"nam"'; did you mean `name`?"#,
                "ssh_port: expected a whole number from 0 to 65535, got 70000",
                #"inlin: unknown configuration key: '"inlin"'; did you mean `inline`?"#,
                #"zzz: unknown configuration key: '"zzz"'"#,
            ]
        )
    }

    @Test func `applies a field's own check to what the user gave`() {
        #expect(problems(["ssh_port": .integer(0)]) == ["ssh_port: must not be 0"])
    }

    @Test func `applies rules between options once each option is right`() {
        let both: [String: ConfigurationValue] = ["script": .string("s"), "inline": .string("i")]
        let rule = "Only a script file or an inline script can be specified, not both."
        #expect(problems(both) == [rule])
        #expect(
            problems(both.merging(["share": .string("x")]) { $1 })
                == [#"share: expected a number, got "x""#]
        )
        #expect(
            problems(both.merging(["shar": .string("x")]) { $1 })
                == [#"shar: unknown configuration key: '"shar"'; did you mean `share`?"#, rule]
        )
        #expect(problems(["ssh_port": .integer(2222)]) == ["2222 is taken"])
    }

    @Test func `passes over Packer's own keys`() {
        #expect(problems(["type": .string("shell"), "packer_debug": .bool(true)]) == [])
    }

    @Test func `renders every string but those meant for run time`() throws {
        let value = try sample(
            [
                "inline": .list([.string("a")]),
                "env": .map(["k": .string("b")]),
                "execute_command": .string("c"),
                "inner": .map(["name": .string("d")]),
                "start_retry_timeout": .string("5"),
            ],
            rendering: { $0 == "5" ? "5s" : "<\($0)>" }
        )
        #expect(value.inline == ["<a>"])
        #expect(value.environment == ["k": "<b>"])
        #expect(value.executeCommand == "c")
        #expect(value.inner?.name == "<d>")
        #expect(value.startRetryTimeout == .seconds(5))
        #expect(value.destination == "</tmp>")
    }

    @Test func `says where a string is that cannot be rendered`() {
        struct Refusal: Error, CustomStringConvertible { let description = "no such thing" }
        let found = problems(["inline": .list([.string("ok"), .string("bad")])]) {
            if $0 == "bad" { throw Refusal() }
            return $0
        }
        #expect(found == ["inline[1]: no such thing"])
    }

    @Test func `understands old names and warns of them`() throws {
        let value = try sample(["ssh_wait_timeout": .string("1s"), "old": .string("x")])
        #expect(value.shared.sshTimeout == .seconds(1))
        #expect(
            value.deprecationWarnings == [
                "`old` is deprecated: leave it out",
                "`ssh_wait_timeout` is deprecated: use `ssh_timeout` instead",
            ]
        )
        #expect(
            problems(["ssh_wait_timeout": .string("1s"), "ssh_timeout": .string("1s")]) == [
                "ssh_timeout: `ssh_timeout` and `ssh_wait_timeout` are one option under two names;"
                    + " keep `ssh_timeout`"
            ]
        )
    }

    @Test func `refuses what is no map`() {
        #expect(throws: ConfigurationErrors("expected a map of options, got a list")) {
            _ = try Sample.decode(.list([]))
        }
    }

    @Test func `lists its options in the order of their declaration`() {
        let fields = Sample.fields
        #expect(
            fields.map(\.name) == [
                "inline", "script", "destination", "env", "valid_exit_codes", "skip_clean",
                "start_retry_timeout", "share", "password", "execute_command", "old", "inner",
                "inners", "ssh_port", "ssh_timeout",
            ]
        )
        #expect(fields[0].type == .list(.string))
        #expect(fields[0].defaultText == "[]")
        #expect(fields[2].isRequired)
        #expect(fields[3].type == .map(.string))
        #expect(fields[4].defaultText == "[0]")
        #expect(fields[6].defaultText == #""5m0s""#)
        #expect(fields[6].type == .duration)
        #expect(fields[8].isSensitive)
        #expect(!fields[8].isRequired)
        #expect(!fields[9].isInterpolated)
        #expect(fields[11].type == .block(Inner.fields))
        #expect(fields[13].documentation == "The port.")
    }
}
