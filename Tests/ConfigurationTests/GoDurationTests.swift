import Configuration
import Testing

@Suite struct GoDurationTests {
    @Test(arguments: [
        ("10s", Duration.seconds(10)), ("1h30m", .seconds(5400)), ("1.5h", .seconds(5400)),
        ("300ms", .milliseconds(300)), ("-2m", .seconds(-120)), ("0", .zero), ("+5s", .seconds(5)),
        (".5s", .milliseconds(500)), ("1.s", .seconds(1)), ("5us", .microseconds(5)),
        ("5µs", .microseconds(5)), ("7ns", .nanoseconds(7)),
        ("1h1m1.001s", .milliseconds(3_661_001)),
    ])
    func `reads Go's notation`(text: String, duration: Duration) throws {
        #expect(try Duration(goText: text) == duration)
    }

    @Test(arguments: [
        ("10", #"time: missing unit in duration "10""#),
        ("1h5", #"time: missing unit in duration "1h5""#),
        ("1d", #"time: unknown unit "d" in duration "1d""#),
        ("", #"time: invalid duration """#),
        ("-", #"time: invalid duration "-""#),
        ("s", #"time: invalid duration "s""#),
        (".s", #"time: invalid duration ".s""#),
        ("10 s", #"time: unknown unit " s" in duration "10 s""#),
        ("9999999999h", #"time: invalid duration "9999999999h""#),
        ("9223372036s9223372036s", #"time: invalid duration "9223372036s9223372036s""#),
        ("99999999999999999999s", #"time: invalid duration "99999999999999999999s""#),
    ])
    func `refuses the rest in Go's words`(text: String, message: String) {
        let error = #expect(throws: GoDurationError.self) { _ = try Duration(goText: text) }
        #expect(error?.message == message)
    }

    @Test func `takes a bare number as nanoseconds`() throws {
        #expect(try Duration.parse(.integer(1_000_000_000), rendering: .none) == .seconds(1))
        #expect(throws: ConfigurationErrors.self) {
            _ = try Duration.parse(.number(1e300), rendering: .none)
        }
        #expect(throws: ConfigurationErrors.self) {
            _ = try Duration.parse(.bool(true), rendering: .none)
        }
    }

    @Test(arguments: [
        (Duration.zero, "0s"), (.seconds(300), "5m0s"), (.seconds(5400), "1h30m0s"),
        (.milliseconds(1500), "1.5s"), (.milliseconds(300), "300ms"),
        (.microseconds(1500), "1.5ms"),
        (.nanoseconds(7), "7ns"), (.nanoseconds(1100), "1.1µs"), (.seconds(-90), "-1m30s"),
        (.milliseconds(59_999), "59.999s"), (.seconds(Int64.max), "2562047h47m16.854775807s"),
    ])
    func `prints as Go does`(duration: Duration, text: String) {
        #expect(duration.goText == text)
    }
}
