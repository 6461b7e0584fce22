import Configuration
import Testing

@testable import Template

private func root(_ text: String) throws -> ConfigurationValue {
    try JSONDocument(Array(text.utf8), file: "t.json").root
}

private func failure(_ bytes: [UInt8]) -> String {
    do {
        return "no error, but \(try JSONDocument(bytes, file: "t.json").root)"
    } catch {
        return "\(error)"
    }
}

@Suite struct JSONTests {
    @Test func `reads every kind of value`() throws {
        let text = #"""
            { "a": [1, -2, 0, 1.5, 1e3, 9223372036854775807, 9223372036854775808],
              "b": [true, false, null], "": {}, "c": [],
              "d": "x\"\\\/\b\f\n\r\té\u00e9\ud83d\ude00💥" }
            """#
        #expect(
            try root(text)
                == .map([
                    "a": .list([
                        .integer(1), .integer(-2), .integer(0), .number(1.5), .number(1000),
                        .integer(.max), .number(9_223_372_036_854_775_808),
                    ]),
                    "b": .list([.bool(true), .bool(false), .null]), "": .map([:]), "c": .list([]),
                    "d": .string("x\"\\/\u{8}\u{C}\n\r\téé😀💥"),
                ])
        )
        #expect(try root(" 1 ") == .integer(1))
    }

    @Test func `knows where everything stands`() throws {
        let text = "{\n  \"é\": [1,\n    {\"k\": 2}], \"b\":\n 3}"
        let map = try JSONDocument(Array(text.utf8), file: "t.json").sourceMap
        let list = ConfigurationPath([.key("é")])
        #expect(map.position(of: list) == SourcePosition(line: 2, column: 3))
        #expect(map.position(of: list.index(0)) == SourcePosition(line: 2, column: 9))
        #expect(map.position(of: list.index(1)) == SourcePosition(line: 3, column: 5))
        #expect(map.position(of: list.index(1).key("k")) == SourcePosition(line: 3, column: 6))
        #expect(
            map.position(of: list.index(1).key("no").index(3))
                == SourcePosition(line: 3, column: 5)
        )
        #expect(
            map.position(of: ConfigurationPath([.key("b")]))
                == SourcePosition(line: 3, column: 16)
        )
        #expect(map.position(of: ConfigurationPath([.key("x")])) == nil)
        #expect(map.contains(list))
        #expect(!map.contains(list.index(2)))
    }

    @Test(arguments: [
        ("", "1:1: the file is empty; write a JSON object: { … }"),
        (" \n ", "1:1: the file is empty; write a JSON object: { … }"),
        ("\u{FEFF}{}", "1:1: the file starts with a byte order mark; save it as UTF-8 without BOM"),
        ("{\"a\": 1,\n}", "1:8: trailing comma before }; remove the comma"),
        ("[1,2,]", "1:5: trailing comma before ]; remove the comma"),
        (
            "{\n // no\n}",
            "2:2: a comment; JSON has none: remove it, or use a key with a leading underscore at"
                + " the root, such as \"_comment\""
        ),
        (
            "[1 /* no */]",
            "1:4: a comment; JSON has none: remove it, or use a key with a leading underscore at"
                + " the root, such as \"_comment\""
        ),
        ("{'a': 1}", "1:2: a text in single quotes; use double quotes"),
        ("{\"a\": 'b'}", "1:7: a text in single quotes; use double quotes"),
        ("{a: 1}", "1:2: expected a key, got `a`; put keys into double quotes"),
        (
            "{\"a\": \"b}",
            "1:7: a text that is not closed; close it with \""
        ),
        (
            "{\"a\": \"b\n\"}",
            "1:7: a line break in a text, or a text that is not closed;"
                + " close it with \", or write \\n for a line break"
        ),
        ("[\"\t\"]", "1:3: a control character in a text; write \\t for a tab"),
        ("{\"a\" 1}", "1:6: expected a colon behind the key \"a\", got `1`; write \"key\": value"),
        (
            "{\"a\": 1 \"b\": 2}",
            "1:9: expected a comma or }, got `\"`; put a comma between elements"
        ),
        ("[1 2]", "1:4: expected a comma or ], got `2`; put a comma between elements"),
        ("[1", "1:1: `[` is not closed; add ]"), ("{\"a\": 1,", "1:1: `{` is not closed; add }"),
        ("{", "1:2: expected a key, got the end of the file; put keys into double quotes"),
        ("{\"a\":}", "1:6: expected a value, got `}`; write a value"),
        ("[True]", "1:2: expected a value, got `True`; write true"),
        ("[None]", "1:2: expected a value, got `None`; write null"),
        ("[yes]", "1:2: expected a value, got `yes`; put text into double quotes"),
        (
            "{} {}",
            "1:4: there is `{` behind the end of the document;"
                + " remove it, or put what belongs together into one { }"
        ),
        (
            "{\"a\": 1,\n \"a\": 2}",
            "2:2: duplicate key \"a\", given first at 1:2; remove one of the two"
        ),
        ("[01]", "1:2: bad number; write it like 12, -3.5 or 1e6, or put it into double quotes"),
        ("[1.]", "1:2: bad number; write it like 12, -3.5 or 1e6, or put it into double quotes"),
        ("[-]", "1:2: bad number; write it like 12, -3.5 or 1e6, or put it into double quotes"),
        ("[1e]", "1:2: bad number; write it like 12, -3.5 or 1e6, or put it into double quotes"),
        ("[0x10]", "1:2: bad number; write it like 12, -3.5 or 1e6, or put it into double quotes"),
        (
            "[1e999]",
            "1:2: a number that is too large; put it into double quotes if it is a text"
        ),
        (#"["\q"]"#, "1:3: an unknown escape in a text; write \\\\ for a backslash"),
        (#"["\u12"]"#, "1:3: \\u without four hexadecimal digits; write it like \\u00e9"),
        (#"["\u0000"]"#, "1:3: a NUL character in a text; remove it: no option can hold one"),
        (
            #"["\ud800"]"#,
            "1:3: half of a surrogate pair; write both halves, or the character itself"
        ),
        (
            #"["\udc00"]"#,
            "1:3: half of a surrogate pair; write both halves, or the character itself"
        ),
        (
            #"["\ud800\u0041"]"#,
            "1:3: half of a surrogate pair; write both halves, or the character itself"
        ),
        ("[\u{0}]", "1:2: expected a value, got a control character; write a value"),
        ("[é]", "1:2: expected a value, got a character that is not ASCII; write a value"),
    ])
    func `says where a file is no JSON, why, and what to do`(text: String, error: String) {
        #expect(failure(Array(text.utf8)) == "t.json:" + error)
    }

    @Test func `refuses what is not UTF-8`() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3]] {
            let text = Array("[\"".utf8) + bytes + Array("\"]".utf8)
            #expect(
                failure(text) == "t.json:1:2: a text that is not UTF-8; save the file as UTF-8"
            )
        }
    }

    @Test func `bears its limits and refuses more`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { _ = try root(nested(JSONDocument.deepestNesting)) }
        #expect(throws: TemplateErrors.self) {
            _ = try root(nested(JSONDocument.deepestNesting + 1))
        }
        #expect(throws: TemplateErrors.self) {
            _ = try root(String(repeating: "{\"a\":", count: 50_000))
        }
        let many = String(repeating: "1,", count: JSONDocument.mostValues)
        #expect(throws: TemplateErrors.self) { _ = try root("[" + many + "1]") }
        let large = [UInt8](repeating: 0x20, count: JSONDocument.largestFile + 1)
        #expect(
            failure(large) == "t.json: the file has 4194305 bytes, more than 4194304;"
                + " name a JSON template or variable file"
        )
    }

    @Test func `survives any truncation and any mutilation of a file`() {
        let text = Array(#"{"a":[1,-2.5e+3,true,null,"\u00e9\ud83d\ude00é"],"b":{"c":"\n"}}"#.utf8)
        for place in text.indices {
            #expect(throws: TemplateErrors.self) {
                _ = try JSONDocument(Array(text[..<place]), file: "t.json")
            }
            for byte in Array("{}[]\",:\\u-0e/ \n\0\u{7F}".utf8) + [0x80, 0xC3, 0xED, 0xFF] {
                var changed = text
                changed[place] = byte
                _ = failure(changed)
            }
        }
    }
}
