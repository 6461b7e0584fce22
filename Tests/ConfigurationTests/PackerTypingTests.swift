import Configuration
import Testing

private struct Disk: ConfigurationBlock {
    @Field("A name.") var name: String
    @Field("A size.") var size = 1
}

/// One option of every type.
private struct Everything: ConfigurationBlock {
    @Field("Text.") var text = "default"
    @Field("A switch.") var flag = true
    @Field("A switch that may be unset.") var maybe: Bool?
    @Field("A whole number.") var count = 7
    @Field("A small number.") var port: UInt16 = 22
    @Field("Any number.") var share = 0.5
    @Field("A time.") var pause: Duration = .seconds(1)
    @Field("Texts.") var names = ["default"]
    @Field("Numbers.") var codes = [0]
    @Field("Texts by name.") var tags = ["default": "1"]
    @Field("A block.") var disk: Disk?
    @Field("Blocks.") var disks: [Disk] = []
}

/// A rule of Packer's weak typing: what a template gives, and what the option shows then.
private struct Rule: Sendable, CustomTestStringConvertible {
    var option: String
    var raw: ConfigurationValue
    /// The option as a template would write it, or what is wrong.
    var outcome: String
    var testDescription: String { "\(option) = \(raw)" }

    init(_ option: String, _ raw: ConfigurationValue, _ outcome: String) {
        (self.option, self.raw, self.outcome) = (option, raw, outcome)
    }

    /// What mapstructure does with `WeaklyTypedInput`, type by type, and where we refuse.
    static let all: [Rule] = texts + truths + numbers + durations + lists + maps + blocks

    static let texts = [
        Rule("text", .string("a"), #""a""#), Rule("text", .integer(22), #""22""#),
        Rule("text", .number(22), #""22""#), Rule("text", .number(0.1), #""0.1""#),
        Rule("text", .bool(true), #""1""#), Rule("text", .bool(false), #""0""#),
        Rule("text", .string(""), #""""#), Rule("text", .null, #""default""#),
        Rule("text", .list([]), "expected text, got a list"),
        Rule("text", .map([:]), "expected text, got a map"),
    ]

    static let truths = [
        Rule("flag", .bool(false), "false"), Rule("flag", .string("false"), "false"),
        Rule("flag", .string("F"), "false"), Rule("flag", .string(""), "false"),
        Rule("flag", .integer(0), "false"), Rule("flag", .number(0), "false"),
        Rule("flag", .number(0.5), "true"), Rule("flag", .integer(-1), "true"),
        Rule("flag", .null, "true"),
        Rule("flag", .string("no"), #"expected true or false, got "no""#),
        Rule("flag", .list([.bool(true)]), "expected true or false, got a list"),
        Rule("maybe", .null, ""), Rule("maybe", .string(""), ""),
        Rule("maybe", .string("false"), "false"), Rule("maybe", .bool(true), "true"),
    ]

    static let numbers = [
        Rule("count", .integer(-3), "-3"), Rule("count", .number(5), "5"),
        Rule("count", .number(-5), "-5"), Rule("count", .string("5"), "5"),
        Rule("count", .string("0x10"), "16"), Rule("count", .string("1_000"), "1000"),
        Rule("count", .string("0x_1f"), "31"), Rule("count", .string("0_17"), "15"),
        Rule("count", .string(""), "0"), Rule("count", .bool(true), "1"), Rule("count", .null, "7"),
        // Packer cuts the fraction off, without a word.
        Rule("count", .number(5.5), "expected a whole number, got 5.5"),
        Rule("count", .string("5.0"), #"expected a whole number, got "5.0""#),
        Rule("count", .string("_1"), #"expected a whole number, got "_1""#),
        Rule("count", .string("1__0"), #"expected a whole number, got "1__0""#),
        Rule("count", .string("1_"), #"expected a whole number, got "1_""#),
        Rule("count", .string("0_x1"), #"expected a whole number, got "0_x1""#),
        Rule("count", .number(1e19), Self.wholeInt("10000000000000000000")),
        Rule("port", .number(2222), "2222"), Rule("port", .string("65535"), "65535"),
        // Packer makes a large number of it.
        Rule("port", .integer(-1), "expected a whole number from 0 to 65535, got -1"),
        Rule("port", .number(65536), "expected a whole number from 0 to 65535, got 65536"),
        Rule("share", .number(0.25), "0.25"), Rule("share", .integer(2), "2"),
        Rule("share", .string("1e3"), "1000"), Rule("share", .string(""), "0"),
        Rule("share", .bool(true), "1"), Rule("share", .null, "0.5"),
        Rule("share", .string("much"), #"expected a number, got "much""#),
    ]

    static let durations = [
        Rule("pause", .string("1h30m"), #""1h30m0s""#), Rule("pause", .string("0"), #""0s""#),
        Rule("pause", .integer(5_000_000_000), #""5s""#), Rule("pause", .number(1e9), #""1s""#),
        Rule("pause", .null, #""1s""#),
        Rule(
            "pause",
            .string("10"),
            #"time: missing unit in duration "10"; write "10s" for seconds"#
        ),
        Rule(
            "pause",
            .bool(true),
            #"expected a duration such as "1h30m" or "10s", got true"#
        ),
    ]

    static let lists = [
        Rule("names", .list([.string("a"), .integer(2), .bool(true)]), #"["a", "2", "1"]"#),
        Rule("names", .string("a"), #"["a"]"#), Rule("names", .string("a,b"), #"["a", "b"]"#),
        Rule("names", .string("a,"), #"["a", ""]"#), Rule("names", .string(""), "[]"),
        Rule("names", .number(3), #"["3"]"#), Rule("names", .list([]), "[]"),
        Rule("names", .map([:]), "[]"), Rule("names", .null, #"["default"]"#),
        // Packer makes "" of it.
        Rule("names", .list([.string("a"), .null]), "[1]: expected text, got null"),
        Rule("names", .map(["a": .null]), "expected text, got a map"),
        Rule("codes", .integer(3), "[3]"), Rule("codes", .string("1,0x2"), "[1, 2]"),
        Rule("codes", .list([.number(1), .string("2")]), "[1, 2]"),
        Rule("codes", .list([.number(1.5)]), "[0]: expected a whole number, got 1.5"),
    ]

    static let maps = [
        Rule("tags", .map(["a": .integer(1), "b": .bool(false)]), #"{"a": "1", "b": "0"}"#),
        Rule(
            "tags",
            .list([.map(["a": .string("1")]), .map(["a": .string("2"), "b": .string("3")])]),
            #"{"a": "2", "b": "3"}"#
        ),
        Rule("tags", .list([]), "{}"), Rule("tags", .null, #"{"default": "1"}"#),
        Rule("tags", .string("a=b"), #"expected a map, got "a=b""#),
        Rule("tags", .map(["a": .list([])]), ".a: expected text, got a list"),
    ]

    static let blocks = [
        Rule("disk", .null, ""), Rule("disk", .list([]), ""),
        Rule("disk", .map(["name": .string("a"), "size": .null]), "{}"),
        Rule("disk", .string("a"), "expected a map of options, got text"),
        Rule("disk", .map(["name": .null]), ".name: `name` must be specified"),
        Rule("disks", .null, "[]"), Rule("disks", .list([]), "[]"),
        Rule("disks", .map(["name": .string("a")]), "[{}]"),
        Rule("disks", .list([.map(["name": .string("a")])]), "[{}]"),
        Rule("disks", .list([.map([:])]), "[0].name: `name` must be specified"),
    ]

    private static func wholeInt(_ found: String) -> String {
        "expected a whole number from \(Int.min) to \(Int.max), got \(found)"
    }
}

@Suite struct PackerTypingTests {
    private func outcome(of rule: Rule) -> String {
        do {
            let block = try Everything.decode(.map([rule.option: rule.raw]))
            return Self.text(of: rule.option, in: block)
        } catch {
            let text = "\(error)".dropFirst(rule.option.count)
            return String(text.hasPrefix(": ") ? text.dropFirst(2) : text)
        }
    }

    private static func text(of option: String, in block: Everything) -> String {
        switch option {
        case "text": block.text.fieldText
        case "flag": block.flag.fieldText
        case "maybe": block.maybe.fieldText
        case "count": block.count.fieldText
        case "port": block.port.fieldText
        case "share": block.share.fieldText
        case "pause": block.pause.fieldText
        case "names": block.names.fieldText
        case "codes": block.codes.fieldText
        case "tags": block.tags.fieldText
        case "disk": block.disk.fieldText
        case "disks": block.disks.fieldText
        default: "no such option"
        }
    }

    @Test(arguments: Rule.all)
    private func `takes what Packer takes, and says what it does not take`(rule: Rule) {
        #expect(outcome(of: rule) == rule.outcome)
    }

    @Test func `takes an HCL2 object in which nothing is set for defaults`() throws {
        let object = ConfigurationValue.map([
            "text": .null, "flag": .null, "count": .null, "names": .null, "tags": .null,
            "disk": .null, "disks": .list([]),
        ])
        let block = try Everything.decode(object)
        #expect(block.names == ["default"])
        #expect(block.count == 7)
        #expect(!block.$text.isSet)
        #expect(!block.$disks.isSet)
    }

    @Test func `reads keys in any case, as Packer does, and says how to write them`() throws {
        let block = try Everything.decode(.map(["Text": .string("a"), "COUNT": .integer(1)]))
        #expect(block.text == "a")
        #expect(
            block.deprecationWarnings == [
                "`Text` is understood as `text`: write it so",
                "`COUNT` is understood as `count`: write it so",
            ]
        )
    }

    @Test func `refuses a key in another case beside the right one`() {
        #expect(
            throws: ConfigurationErrors(
                #"unknown configuration key: '"Text"'"#,
                at: ConfigurationPath([.key("Text")]),
                remedy: "did you mean `text`?"
            )
        ) {
            _ = try Everything.decode(.map(["text": .string("a"), "Text": .string("b")]))
        }
    }
}
