import Configuration
import HCLSpecification
import TestSupport
import Testing

/// From declared options to a specification, and from what a host sends to configurations.
@Suite struct ConfigurationTests {
    private static let fields: [FieldSpecification] = [
        .init(name: "inline", type: .list(.string)),
        .init(name: "script", type: .string, isRequired: true),
        .init(name: "timeout", type: .duration, aliases: ["wait"]),
        .init(name: "codes", type: .list(.integer)), .init(name: "on", type: .bool),
        .init(name: "env", type: .map(.string)), .init(name: "ratio", type: .number),
        .init(name: "proxy", type: .block([.init(name: "host", type: .string, isRequired: true)])),
        .init(name: "disk", type: .list(.block([.init(name: "size", type: .integer)]))),
    ]

    @Test func `makes a specification of declared options`() throws {
        let spec = try HCLSpecification(fields: Self.fields)
        #expect(
            try spec
                == HCLSpecification(
                    .attribute("inline", .list(.string)),
                    .attribute("script", .string, isRequired: true),
                    .attribute("timeout", .string),
                    .attribute("wait", .string),
                    .attribute("codes", .list(.number)),
                    .attribute("on", .bool),
                    .attribute("env", .map(.string)),
                    .attribute("ratio", .number),
                    .block(
                        "proxy",
                        HCLSpecification(.attribute("host", .string, isRequired: true))
                    ),
                    .blockList("disk", HCLSpecification(.attribute("size", .number)))
                )
        )
        try spec.checkExpressibleInProtobuf()
        #expect(try HCLSpecification(gob: try spec.gob()) == spec)
    }

    @Test func `does not require an option that has an old name`() throws {
        let field = FieldSpecification(
            name: "new",
            type: .string,
            isRequired: true,
            aliases: ["old"]
        )
        #expect(
            try HCLSpecification(fields: [field])
                == HCLSpecification(.attribute("new", .string), .attribute("old", .string))
        )
    }

    @Test func `says which option HCL has no form for`() {
        let inner = FieldSpecification(name: "x", type: .map(.block([])))
        let outer = FieldSpecification(name: "b", type: .block([inner]))
        let error = #expect(throws: HCLSpecificationError.self) {
            try HCLSpecification(fields: [outer])
        }
        #expect(error?.path.description == "b.x")
        #expect(throws: HCLSpecificationError.self) {
            try HCLSpecification(fields: Self.fields + Self.fields)
        }
    }

    @Test func `leaves out what the template does not set`() throws {
        let type = try HCLSpecification(fields: Self.fields).impliedType
        let given = ConfigurationValue.map([
            "script": .string("a.sh"), "codes": .list([.integer(0), .integer(5)]),
            "ratio": .number(0.5), "env": .map(["A": .string("1")]),
            "proxy": .map(["host": .string("h")]), "inline": .list([]),
        ])
        let value = try CtyValue(given, as: type)
        #expect(value.type == type)
        #expect(value.configuration == given)
        let sent = try CtyValue(json: try value.json())
        #expect(sent.configuration == given)
        guard case .object(let entries) = sent else {
            Issue.record("no object")
            return
        }
        #expect(entries.map(\.name) == type.attributeNames)
    }

    @Test func `turns scalars into what the option wants`() throws {
        let type = try CtyType.object([
            .init("b", .bool), .init("n", .number), .init("s", .string), .init("t", .string),
            .init("any", .dynamic),
        ])
        let value = try CtyValue(
            .map([
                "b": .string("true"), "n": .string("12"), "s": .integer(5), "t": .bool(false),
                "any": .list([.integer(1), .string("x")]),
            ]),
            as: type
        )
        #expect(
            value.configuration
                == .map([
                    "b": .bool(true), "n": .integer(12), "s": .string("5"), "t": .string("false"),
                    "any": .list([.integer(1), .string("x")]),
                ])
        )
    }

    @Test(
        arguments: [
            (ConfigurationValue.map(["scrpt": .string("")]), ""),
            (.map(["codes": .list([.integer(1), .string("x")])]), "codes[1]"),
            (.map(["proxy": .map(["host": .list([])])]), "proxy.host"),
            (.map(["on": .integer(1)]), "on"), (.map(["env": .list([])]), "env"), (.list([]), ""),
        ]
    )
    func `says which value does not fit`(value: ConfigurationValue, place: String) throws {
        let type = try HCLSpecification(fields: Self.fields).impliedType
        let error = #expect(throws: HCLSpecificationError.self) { try CtyValue(value, as: type) }
        #expect(error?.path.description == place)
    }

    @Test func `reads placeholders and every kind of value as a configuration`() throws {
        let value = CtyValue.tuple([
            .unknown(.string), .null(.string), .set(of: .bool, [.bool(true)]),
            .number(try #require(CtyNumber("1e30"))),
            .map(of: .string, [.init("k", .null(.string))]),
        ])
        #expect(
            value.configuration
                == .list([
                    .string("<unknown>"), .null, .list([.bool(true)]), .number(1e30), .map([:]),
                ])
        )
    }

    @Test func `has a remedy for every kind of fault`() {
        for code in HCLSpecificationError.Code.allCases { #expect(!code.remedy.isEmpty) }
    }
}

extension CtyType {
    fileprivate var attributeNames: [String] {
        guard case .object(let object) = self else { return [] }
        return object.attributes.map(\.name)
    }
}
