import Configuration
import HCLSpecification
import TestSupport
import Testing

/// Types and values in JSON.
@Suite struct CtyJSONTests {
    @Test(
        arguments: [
            (#""string""#, CtyType.string), (#""dynamic""#, .dynamic),
            (#"["list","number"]"#, .list(.number)), (#"["set","bool"]"#, .set(.bool)),
            (#"["map",["list","string"]]"#, .map(.list(.string))), (#"["tuple",[]]"#, .tuple([])),
            (#"["tuple",["string","bool"]]"#, .tuple([.string, .bool])),
        ]
    )
    func `reads and writes a type`(json: String, type: CtyType) throws {
        #expect(try CtyType(json: Array(json.utf8)) == type)
        #expect(String(decoding: try type.json, as: UTF8.self) == json)
    }

    @Test func `keeps an object's attributes in the order of their names`() throws {
        let json = #"["object",{"b":"number","a":"string","é":"bool"},["b"]]"#
        let type = try CtyType(json: Array(json.utf8))
        #expect(
            try type
                == .object([
                    .init("é", .bool), .init("a", .string), .init("b", .number, isOptional: true),
                ])
        )
        #expect(
            String(decoding: try type.json, as: UTF8.self)
                == #"["object",{"a":"string","b":"number","é":"bool"},["b"]]"#
        )
        #expect(try CtyType(json: Array(#"["tuple",null]"#.utf8)) == .tuple([]))
    }

    @Test(
        arguments: [
            "", "5", "null", #""text""#, "[]", #"["list"]"#, #"["list","string","bool"]"#,
            #"["lost","string"]"#, #"["object",[]]"#, #"["object",{"a":"b"}]"#,
            #"["object",{},{}]"#, #"["object",{},[1]]"#, #"["object",{"a":"bool","a":"bool"}]"#,
            #"["tuple","string"]"#, #"["tuple",{}]"#, #"[1,"string"]"#, "true",
        ]
    )
    func `refuses what is no type`(json: String) {
        #expect(throws: HCLSpecificationError.self) { try CtyType(json: Array(json.utf8)) }
    }

    /// What Packer sends of a flat configuration.
    static let configuration = #"""
        {"value":{"inline":["echo <hi>","x"],"max":5,"on":true,"ratio":0.25,"unset":null},
        "type":["object",{"inline":["list","string"],"max":"number","on":"bool","ratio":"number",
        "unset":"string"}]}
        """#

    @Test func `reads a configuration as Packer sends it`() throws {
        let value = try CtyValue(json: Array(Self.configuration.utf8))
        #expect(
            value
                == .object([
                    .init("inline", .list(of: .string, [.string("echo <hi>"), .string("x")])),
                    .init("max", .number(5)), .init("on", .bool(true)),
                    .init("ratio", .number(try #require(CtyNumber("0.25")))),
                    .init("unset", .null(.string)),
                ])
        )
        let json = String(decoding: try value.json(), as: UTF8.self)
        #expect(
            json.hasPrefix(#"{"value":{"inline":["echo \u003chi\u003e","x"],"max":5,"on":true,"#)
        )
        #expect(try CtyValue(json: Array(json.utf8)) == value)
    }

    @Test func `brings a type along where any is allowed`() throws {
        let type = try CtyType.object([.init("any", .dynamic), .init("none", .dynamic)])
        let json = #"{"any":{"value":[1],"type":["list","number"]},"none":null}"#
        let value = try CtyValue(json: Array(json.utf8), as: type)
        #expect(
            value
                == .object([
                    .init("any", .list(of: .number, [.number(1)])), .init("none", .null(.dynamic)),
                ])
        )
        #expect(String(decoding: try value.json(as: type), as: UTF8.self) == json)
    }

    @Test func `gives a collection the one type of its elements`() throws {
        let same = #"[{"value":1,"type":"number"},null,{"value":2,"type":"number"}]"#
        let list = try CtyValue(json: Array(same.utf8), as: .list(.dynamic))
        #expect(list == .list(of: .number, [.number(1), .null(.number), .number(2)]))
        let mixed = #"[{"value":1,"type":"number"},{"value":"a","type":"string"}]"#
        #expect(throws: HCLSpecificationError.self) {
            try CtyValue(json: Array(mixed.utf8), as: .list(.dynamic))
        }
    }

    @Test func `takes scalars for each other as cty does`() throws {
        func read(_ json: String, _ type: CtyType) throws -> CtyValue {
            try CtyValue(json: Array(json.utf8), as: type)
        }
        #expect(try read("1.50", .string) == .string("1.50"))
        #expect(try read("true", .string) == .string("true"))
        #expect(try read(#""12""#, .number) == .number(12))
        #expect(try read(#""false""#, .bool) == .bool(false))
        #expect(
            try read(#"[1,1,2]"#, .set(.number)) == .set(of: .number, [.number(1), .number(2)])
        )
        #expect(
            try read("{}", .object([.init("a", .bool)])) == .object([.init("a", .null(.bool))])
        )
    }

    @Test func `puts Packer's placeholders where a value is unknown`() throws {
        let type = try CtyType.object([
            .init("b", .bool), .init("l", .list(.string)), .init("n", .number), .init("s", .string),
        ])
        let json = String(decoding: try CtyValue.unknown(type).json(as: type), as: UTF8.self)
        #expect(json == #"{"b":false,"l":[],"n":0,"s":"\u003cunknown\u003e"}"#)
    }

    @Test(
        arguments: [
            ("j", ""), ("", ""), ("{} {}", ""), ("\u{FEFF}{}", ""), (#"{"value":1}"#, ""),
            (#"{"value":1,"type":"number","more":1}"#, ""), (#"{"type":"number"}"#, ""),
            (#"{"value":"x","type":"number"}"#, ""), (#"{"value":1,"type":"nunber"}"#, ""),
            (#"{"value":{"a":[true,{}]},"type":["object",{"a":["list","bool"]}]}"#, "a[1]"),
            (#"{"value":{"a":1,"b":1},"type":["object",{"a":"number"}]}"#, ""),
            (#"{"value":{"m":{"k":[]}},"type":["object",{"m":["map","string"]}]}"#, "m.k"),
            (#"{"value":[1],"type":["tuple",["number","number"]]}"#, ""),
            (#"{"value":[1,[]],"type":["tuple",["number","number"]]}"#, "[1]"),
            (#"{"value":1e999999,"type":"number"}"#, ""), (#"{"value":"yes","type":"bool"}"#, ""),
            (#"{"value":{"a":1,"a":2},"type":["map","number"]}"#, ""),
        ]
    )
    func `says where a value is not of its type`(json: String, place: String) throws {
        let error = #expect(throws: HCLSpecificationError.self) {
            try CtyValue(json: Array(json.utf8))
        }
        #expect(error?.path.description == place)
        #expect(error.map { "\($0)".contains($0.code.remedy) } == true)
    }

    @Test(
        arguments: [
            "01", "-", "1.", "1e", "+1", ".5", "tru", "nul", "[1,]", "[1 2]", "{,}", #"{"a"}"#,
            #"{"a":}"#, "{1:2}", #""\x""#, #""\u12"#, #""\u12g4""#, #""\ud800""#, #""\udc00""#,
            #""\ud800\ud800""#, "\"\u{1}\"", "\"\n\"", #""open"#, "[", "{", "[[]", "NaN", "'a'",
            "/**/1", "1 1",
        ]
    )
    func `refuses what is no JSON`(json: String) {
        #expect(throws: HCLSpecificationError.self) {
            try CtyValue(json: Array(json.utf8), as: .dynamic)
        }
        let error = #expect(throws: HCLSpecificationError.self) {
            try CtyType(json: Array(json.utf8))
        }
        #expect(error?.code == .malformed)
    }

    @Test func `refuses a text that is not UTF-8`() {
        #expect(throws: HCLSpecificationError.self) {
            try CtyValue(json: [0x22, 0xC3, 0x28, 0x22], as: .string)
        }
    }

    @Test func `understands all escapes`() throws {
        let json = #""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000""#
        let value = try CtyValue(json: Array(json.utf8), as: .string)
        #expect(value == .string("\"\\/\u{8}\u{C}\n\r\té😀\0"))
        #expect(try CtyValue(json: try value.json()) == value)
    }

    @Test func `bounds how deep and how much it reads`() {
        let deep = String(repeating: "[", count: 100_000)
        let types = String(repeating: #"["list","#, count: 40) + #""string""#
        let many = "[" + String(repeating: "0,", count: 100_001) + "0]"
        let wide = (0..<100).map { #""a\#($0)":"bool""# }.joined(separator: ",")
        let sparse = "[" + String(repeating: "{},", count: 5_000) + "{}]"
        for (json, type) in [
            (deep, CtyType.dynamic), (types + String(repeating: "]", count: 40), .dynamic),
            (many, .list(.number)),
            (#"{"value":\#(sparse),"type":["list",["object",{\#(wide)}]]}"#, .dynamic),
        ] {
            let error = #expect(throws: HCLSpecificationError.self) {
                _ =
                    type == .dynamic && json.hasPrefix("[")
                    ? try CtyType(json: Array(json.utf8)).json
                    : try CtyValue(json: Array(json.utf8), as: type).json()
            }
            #expect(error?.code == .limitExceeded)
        }
    }

    @Test func `writes what it reads for any value`() throws {
        var generator = SplitMix()
        let seed = generator.state
        for _ in 0..<(300 * thoroughness) {
            let type = try CtyType.random(depth: 4, .all, using: &generator)
            let value = try CtyValue.random(of: type, using: &generator)
            #expect(try CtyType(json: try type.json) == type, "seed \(seed)")
            #expect(try CtyValue(json: try value.json()) == value, "seed \(seed)")
            #expect(try CtyValue(json: try value.json(as: type), as: type) == value, "seed \(seed)")
            #expect(try CtyValue(messagePack: try value.messagePack()) == value, "seed \(seed)")
        }
    }
}
