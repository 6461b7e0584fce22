import Console
import Testing

private let build = GoFlags([
    "color": .toggle(default: true), "debug": .toggle(default: false),
    "force": .toggle(default: false), "timestamp-ui": .toggle(default: false),
    "only": .value, "except": .value, "var": .value, "var-file": .value, "on-error": .value,
    "parallel-builds": .value,
])
private let validate = GoFlags(["syntax-only": .toggle(default: false), "var": .value])

struct GoFlagsTests {
    @Test(arguments: [
        ("build t.json", "build -- t.json"),
        ("build -var k=v t.json", "build --var=k=v -- t.json"),
        ("build -var=k=v t.json", "build --var=k=v -- t.json"),
        ("build --var k=v t.json", "build --var=k=v -- t.json"),
        ("build --var=k=v t.json", "build --var=k=v -- t.json"),
        (
            "build -var a=1 -var b=2 -var a=3 t.json",
            "build --var=a=1 --var=b=2 --var=a=3 -- t.json"
        ),
        ("build -var -x t.json", "build --var=-x -- t.json"),
        ("build -var= t.json", "build --var= -- t.json"),
        ("build -var-file=v.json t.json", "build --var-file=v.json -- t.json"),
        ("build -color=false t.json", "build --no-color -- t.json"),
        ("build --color=0 t.json", "build --no-color -- t.json"),
        ("build -color t.json", "build -- t.json"),
        ("build -color=false -color=true t.json", "build -- t.json"),
        ("build -debug t.json", "build --debug -- t.json"),
        ("build -debug=true t.json", "build --debug -- t.json"),
        ("build -debug=T t.json", "build --debug -- t.json"),
        ("build -debug -debug=false t.json", "build -- t.json"),
        ("build -only=a,b t.json", "build --only=a,b -- t.json"),
        ("build -except a t.json", "build --except=a -- t.json"),
        ("build -parallel-builds=2 t.json", "build --parallel-builds=2 -- t.json"),
        ("build -on-error=abort -force t.json", "build --on-error=abort --force -- t.json"),
        ("build -timestamp-ui t.json", "build --timestamp-ui -- t.json"),
        ("-machine-readable build t.json", "build --machine-readable -- t.json"),
        ("build -machine-readable t.json", "build --machine-readable -- t.json"),
        ("build t.json --machine-readable", "build --machine-readable -- t.json"),
        ("build -var -machine-readable k=v t.json", "build --machine-readable --var=k=v -- t.json"),
        ("build t.json -only a", "build --only=a -- t.json"),
        ("build -", "build -- -"),
        ("build -- -only", "build -- -only"),
        ("build -only=a -- t.json -force", "build --only=a -- t.json -force"),
        ("build -help", "build --help"),
        ("build t.json -h", "build --help"),
        ("validate -syntax-only t.json", "validate --syntax-only -- t.json"),
        ("-v", "version"), ("-version", "version"), ("--version", "version"),
        ("-machine-readable version", "version --machine-readable"),
        ("", "--help"), ("-h", "--help"), ("--help", "--help"), ("help", "--help"),
        ("help build", "build --help"), ("help nosuch", "--help"),
        ("nosuch -x y", "nosuch"),
    ])
    func `rewrites Go flags to long options`(_ given: String, _ expected: String) throws {
        #expect(try normalize(given) == expected.split(separator: " ").map(String.init))
    }

    @Test(arguments: [
        ("build -foo t.json", "flag provided but not defined: -foo"),
        ("build --foo=1 t.json", "flag provided but not defined: -foo"),
        ("build -syntax-only t.json", "flag provided but not defined: -syntax-only"),
        ("build -vars k=v t.json", "flag provided but not defined: -vars. Did you mean -var?"),
        ("build -oly=a t.json", "flag provided but not defined: -oly. Did you mean -only?"),
        ("build t.json -var", "flag needs an argument: -var"),
        (
            "build -color=maybe t.json",
            "invalid boolean value \"maybe\" for -color: parse error"
        ),
        ("build -debug= t.json", "invalid boolean value \"\" for -debug: parse error"),
        ("build ---debug t.json", "bad flag syntax: ---debug"),
        ("build -=x t.json", "bad flag syntax: -=x"),
        ("-color=false build t.json", "flag provided but not defined: -color=false"),
    ])
    func `refuses what Go refuses in Go's words`(_ given: String, _ reason: String) throws {
        let error = #expect(throws: GoFlagError.self) { try normalize(given) }
        #expect(error?.description.hasPrefix(reason) == true)
    }

    @Test func `keeps values with blanks and equals signs whole`() throws {
        let given = ["build", "-var", "cmd=a b=c 'd'", "with space.json"]
        let expected = ["build", "--var=cmd=a b=c 'd'", "--", "with space.json"]
        #expect(try CommandLineArguments.normalize(given, commands: ["build": build]) == expected)
    }

    @Test(arguments: [
        ("plugins lint -deep a", "plugins lint --deep -- a"),
        ("plugins lint -machine-readable a", "plugins lint --machine-readable -- a"),
        ("-machine-readable plugins lint a", "plugins lint --machine-readable -- a"),
        ("plugins lint -help a", "plugins lint --help"), ("plugins -h", "plugins --help"),
        ("help plugins lint", "plugins lint --help"), ("help plugins x", "plugins --help"),
        ("plugins", "plugins"), ("plugins nosuch a", "plugins nosuch"),
    ])
    func `knows commands of two words`(_ given: String, _ expected: String) throws {
        #expect(try normalize(given) == expected.split(separator: " ").map(String.init))
    }

    private func normalize(_ line: String) throws -> [String] {
        try CommandLineArguments.normalize(
            line.split(separator: " ").map(String.init),
            commands: [
                "build": build, "validate": validate, "version": GoFlags([:]),
                "plugins lint": GoFlags(["deep": .toggle(default: false)]),
            ]
        )
    }
}
