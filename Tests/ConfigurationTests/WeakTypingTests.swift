import Configuration
import Testing

@Suite struct WeakTypingTests {
    @Test(arguments: [
        ("1", true), ("t", true), ("TRUE", true), ("True", true), ("true", true), ("0", false),
        ("f", false), ("False", false), ("", false),
    ])
    func `reads truth values as Go does`(text: String, truth: Bool) throws {
        #expect(try Bool.parse(.string(text), rendering: .none) == truth)
    }

    @Test func `refuses other words for truth`() {
        #expect(throws: ConfigurationErrors(#"expected true or false, got "yes""#)) {
            _ = try Bool.parse(.string("yes"), rendering: .none)
        }
    }

    @Test(arguments: [
        (ConfigurationValue.integer(22), "22"), (.number(1.5), "1.5"),
        (.number(1e21), "1000000000000000000000"),
        (.number(-2.5e-7), "-0.00000025"), (.number(1e300 / 1e300), "1"), (.bool(false), "0"),
        (.number(1.25e20), "125000000000000000000"),
        (.number(.leastNonzeroMagnitude), "0." + String(repeating: "0", count: 323) + "5"),
    ])
    func `makes text of numbers as Go does`(raw: ConfigurationValue, text: String) throws {
        #expect(try String.parse(raw, rendering: .none) == text)
    }

    @Test(arguments: [
        ("22", 22), ("-3", -3), ("+4", 4), ("0x1F", 31), ("010", 8), ("0b11", 3), ("0o17", 15),
        ("", 0), ("0", 0),
    ])
    func `reads whole numbers as Go does`(text: String, number: Int) throws {
        #expect(try Int.parse(.string(text), rendering: .none) == number)
    }

    @Test(arguments: ["x", "1.5", "09", "1 ", "0x", "-", "--1", "١"])
    func `refuses text that is no whole number`(text: String) {
        #expect(throws: ConfigurationErrors.self) {
            _ = try Int.parse(.string(text), rendering: .none)
        }
    }

    @Test func `holds numbers to the range of their type`() throws {
        #expect(try UInt8.parse(.integer(255), rendering: .none) == 255)
        #expect(try UInt16.parse(.number(65535), rendering: .none) == 65535)
        for raw in [ConfigurationValue.integer(256), .integer(-1), .number(1e300), .string("256")] {
            #expect(throws: ConfigurationErrors.self) {
                _ = try UInt8.parse(raw, rendering: .none)
            }
        }
        #expect(throws: ConfigurationErrors.self) {
            _ = try Int.parse(.string("99999999999999999999999999"), rendering: .none)
        }
    }

    @Test func `merges a list of maps`() throws {
        let raw = ConfigurationValue.list([
            .map(["a": .string("1"), "b": .string("1")]), .map(["b": .string("2")]),
        ])
        #expect(try [String: String].parse(raw, rendering: .none) == ["a": "1", "b": "2"])
    }

    @Test func `does not print long values`() {
        let long = String(repeating: "x", count: 1000)
        #expect(throws: ConfigurationErrors("expected a number, got a text of 1000 characters")) {
            _ = try Double.parse(.string(long), rendering: .none)
        }
    }
}
