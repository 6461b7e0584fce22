import Configuration
import Testing

@Suite struct ComponentConfigurationTests {
    private typealias Keys = [String: ConfigurationValue]

    /// What Packer 1.6.6 sends with a JSON template.
    private let json: Keys = [
        "packer_build_name": .string("one"), "packer_builder_type": .string("null"),
        "packer_core_version": .string("1.6.6"), "packer_debug": .bool(true),
        "packer_force": .bool(false), "packer_on_error": .string("abort"),
        "packer_template_path": .string("t.json"),
        "packer_user_variables": .map(["": .string(""), "a": .string("1"), "b": .null]),
    ]

    /// What it sends with an HCL2 template.
    private let hcl2: Keys = [
        "packer_build_name": .string("one"), "packer_builder_type": .string("null"),
        "packer_debug": .string("false"), "packer_force": .string("true"),
        "packer_on_error": .string(""),
    ]

    private let placeholders: Keys = [
        "PackerRunUUID": .string(
            "Build_PackerRunUUID. To set this dynamically in the Packer template, "
                + "you must use the `build` function"
        ),
        "Host": .string("Build_Host. To set this dynamically in the Packer template, ..."),
        "WinRMPassword": .string("{{.WinRMPassword}}"),
    ]

    @Test func `reads what Packer sends with a JSON template`() throws {
        let configuration = try ComponentConfiguration(merging: [
            .map(["inline": .string("a"), "type": .string("shell")]),
            .map(["inline": .string("b")]), .map(json), .map(placeholders),
        ])
        #expect(
            configuration.options == .map(["inline": .string("b"), "type": .string("shell")])
        )
        #expect(configuration.buildKeys == ["Host", "PackerRunUUID", "WinRMPassword"])
        let keys = configuration.packer
        #expect(keys.buildName == "one")
        #expect(keys.builderType == "null")
        #expect(keys.coreVersion == "1.6.6")
        #expect(keys.isDebugging)
        #expect(!keys.isForced)
        #expect(keys.onError == .abort)
        #expect(keys.templatePath == "t.json")
        #expect(keys.userVariables == ["a": "1"])
        #expect(keys.sensitiveVariables == [])
    }

    @Test func `reads what Packer sends with an HCL2 template`() throws {
        let configuration = try ComponentConfiguration(merging: [
            .map(hcl2), .map(["inline": .list([.string("a")]), "script": .null]), .null,
        ])
        #expect(
            configuration.options == .map(["inline": .list([.string("a")]), "script": .null])
        )
        #expect(configuration.buildKeys == nil)
        let keys = configuration.packer
        #expect(keys.coreVersion == "")
        #expect(!keys.isDebugging)
        #expect(keys.isForced)
        #expect(keys.onError == .cleanUp)
        #expect(keys.templatePath == "")
        #expect(keys.userVariables == [:])
    }

    @Test func `reads the two names that a provisioner gets, and what later cores add`() throws {
        let few = try ComponentConfiguration(merging: [
            .map(["packer_build_name": .string("one"), "packer_builder_type": .string("null")])
        ])
        #expect(few.packer.buildName == "one")
        #expect(few.packer.onError == .cleanUp)
        let many = try ComponentConfiguration(merging: [
            .map([
                "packer_sensitive_variables": .list([.string("s")]),
                "packer_of_tomorrow": .map([:]), "packer_on_error": .string("of-tomorrow"),
            ])
        ])
        #expect(many.packer.sensitiveVariables == ["s"])
        #expect(many.packer.onError == .cleanUp)
        #expect(many.options == .map([:]))
    }

    @Test(arguments: [
        ("", OnError.cleanUp), ("cleanup", .cleanUp), ("abort", .abort), ("ask", .ask),
        ("run-cleanup-provisioner", .runCleanupProvisioner),
    ])
    func `knows the words of -on-error`(word: String, onError: OnError) throws {
        let keys = try PackerKeys(reading: ["packer_on_error": .string(word)])
        #expect(keys.onError == onError)
    }

    @Test func `overrides key by key, maps and blocks by their keys`() throws {
        let below = ConfigurationValue.map([
            "list": .list([.integer(1), .integer(2)]), "same": .string("x"),
            "map": .map(["a": .string("1"), "b": .map(["c": .integer(1), "d": .integer(1)])]),
            "kept": .string("kept"),
        ])
        let above = ConfigurationValue.map([
            "list": .list([.integer(3)]), "kept": .null, "new": .bool(true),
            "map": .map(["b": .map(["d": .integer(2)])]),
        ])
        #expect(
            try ComponentConfiguration(merging: [below, .null, above]).options
                == .map([
                    "list": .list([.integer(3)]), "same": .string("x"), "kept": .string("kept"),
                    "map": .map([
                        "a": .string("1"), "b": .map(["c": .integer(1), "d": .integer(2)]),
                    ]),
                    "new": .bool(true),
                ])
        )
    }

    @Test func `takes an option that is called like a generated value for an option`() throws {
        let options = ConfigurationValue.map(["PackerRunUUID": .string("mine")])
        let configuration = try ComponentConfiguration(merging: [options])
        #expect(configuration.options == options)
        #expect(configuration.buildKeys == nil)
    }

    @Test func `refuses what is no map and keys of the wrong type`() {
        #expect(
            throws: ConfigurationErrors("configuration 2 of 2 is text, not a map of options")
        ) {
            _ = try ComponentConfiguration(merging: [.map([:]), .string("x")])
        }
        #expect(
            throws: ConfigurationErrors(
                #"expected true or false, got "perhaps""#,
                at: ConfigurationPath([.key("packer_debug")])
            )
        ) {
            _ = try ComponentConfiguration(merging: [
                .map(["packer_debug": .string("perhaps")])
            ])
        }
    }

    @Test func `shows no user variable when it is printed`() throws {
        let keys = try PackerKeys(reading: [
            "packer_user_variables": .map(["password": .string("hunter2")])
        ])
        var text = ""
        dump(keys, to: &text)
        #expect(!text.contains("hunter2"))
        #expect(!"\(keys)".contains("hunter2"))
    }
}
