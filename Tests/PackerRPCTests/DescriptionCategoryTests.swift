import PackerRPC
import Testing

/// RELIABILITY's row C7: what `describe` may print.
@Suite struct DescriptionCategoryTests {
    private static let whole =
        #"{"version":"1.0.0","sdk_version":"0.5.2","api_version":"x5.0","builders":["ebs"],"#
        + #""post_processors":[],"provisioners":["shell"],"datasources":[],"protocol_version":"v2"}"#

    /// A description of which one field is something else.
    private static func with(_ field: String) -> String {
        #"{"version":"1.0.0","sdk_version":"1.0.0",\#(field)}"#
    }

    private static let refused: [(category: String, text: String)] = [
        ("empty", ""), ("white space", " \n"), ("two documents", whole + whole),
        ("log text behind it", whole + "\ndone\n"), ("log text before it", "starting\n" + whole),
        ("a byte order mark", "\u{FEFF}" + whole), ("an array", "[]"), ("null", "null"),
        ("a field that occurs twice", with(#""builders":[],"builders":["b"]"#)),
        (
            "100,000 components",
            with(
                "\"builders\":[" + Array(repeating: "\"b\"", count: 100_000).joined(separator: ",")
                    + "]"
            )
        ),
        ("a component twice", with(#""builders":["b","b"]"#)),
        ("a name with a slash", with(#""builders":["a/b"]"#)),
        ("a name with NUL", with(#""builders":["a\u0000"]"#)),
        ("a name that is ..", with(#""builders":[".."]"#)),
        ("a name with a space", with(#""builders":["a b"]"#)),
        ("a name with capitals", with(#""builders":["Ebs"]"#)),
        ("an empty name", with(#""builders":[""]"#)),
        ("a name of 65 bytes", with("\"builders\":[\"\(String(repeating: "x", count: 65))\"]")),
        ("a name of 1 MiB", with("\"builders\":[\"\(String(repeating: "x", count: 1 << 20))\"]")),
        ("more than 1 MiB", whole + String(repeating: " ", count: 1 << 20)),
        ("half of a surrogate pair", with(#""builders":["\ud800"]"#)),
        ("a number as the version", #"{"version":1.0}"#), ("no version", #"{"builders":[]}"#),
        ("an empty version", #"{"version":""}"#),
        ("a version with a path in it", #"{"version":"../1"}"#),
        ("a number as the API version", with(#""api_version":5"#)),
        ("an API version of another form", with(#""api_version":"5.0""#)),
        ("an object as a list", with(#""builders":{}"#)),
        ("a number in a list", with(#""builders":[1]"#)),
        ("cut off", String(whole.dropLast(3))),
    ]

    @Test(arguments: refused.map(\.category))
    func `C7: refuses it with what was found and what to do`(category: String) throws {
        let row = try #require(Self.refused.first { $0.category == category })
        let error = #expect(throws: PackerRPCError.self) {
            try PluginDescription(decoding: Array(row.text.utf8))
        }
        #expect(error?.code == .pluginDescription)
        #expect(error?.detail.contains("run it by hand") == true)
        #expect((error?.detail.utf8.count ?? 9999) < 1000)
    }

    @Test func `C7: refuses what is not UTF-8`() {
        #expect(throws: PackerRPCError.self) {
            try PluginDescription(decoding: Array(#"{"version":"1"#.utf8) + [0xFF, 0x22, 0x7D])
        }
    }

    @Test func `C7: reads what it knows and passes over the rest`() throws {
        let text =
            #" {"later":{"deep":[1,null,"x"]},"Version":2,"version":"1.0.1-dev+meta","#
            + #""builders":null,"provisioners":["-packer-default-plugin-name-","9a._-b"]}"# + "\n"
        let description = try PluginDescription(decoding: Array(text.utf8))
        #expect(description.version == "1.0.1-dev+meta")
        #expect(description.builders == [] && description.postProcessors == [])
        #expect(description.provisioners == ["-packer-default-plugin-name-", "9a._-b"])
        #expect(description.apiVersion == nil && description.isCompatible)
        #expect(!description.canSpeakProtobuf)
    }

    @Test(arguments: [
        ("x5.0", true), ("x5.1", false), ("x5.10", false), ("x4.9", false), ("x6.0", false),
        ("x05.00", true), ("x99999999999999999999.0", false),
    ])
    func `C7: compares API versions as numbers`(version: String, isCompatible: Bool) throws {
        let text = Self.with(#""api_version":"\#(version)""#)
        let description = try PluginDescription(decoding: Array(text.utf8))
        #expect(description.isCompatible == isCompatible)
    }

    @Test func `writes what it reads`() throws {
        let description = PluginDescription(
            version: "1.0.0",
            sdkVersion: "0.1.0",
            builders: ["a", "b"],
            dataSources: ["d"]
        )
        #expect(try PluginDescription(decoding: description.encoded) == description)
        #expect(description.isCompatible && description.canSpeakProtobuf)
    }
}
