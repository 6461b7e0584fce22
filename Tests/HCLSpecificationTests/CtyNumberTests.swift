import HCLSpecification
import Testing

/// Numbers of cty: exact decimals here, binary fractions in Go.
@Suite struct CtyNumberTests {
    @Test(
        arguments: [
            ("0", "0"), ("-0", "0"), ("0.000", "0"), ("0e9", "0"), ("+7", "7"), ("007", "7"),
            ("12.50", "12.5"), ("1e3", "1000"), ("1E+3", "1000"), ("25e-1", "2.5"), (".5", "0.5"),
            ("5.", "5"), ("-1.5e-3", "-0.0015"), ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9223372036854775808"),
            ("1e40", "10000000000000000000000000000000000000000"),
        ]
    )
    func `reads a decimal number and says it without an exponent`(text: String, plain: String) {
        #expect(CtyNumber(text)?.description == plain)
    }

    @Test(
        arguments: [
            "", "-", ".", "e5", "1e", "1e+", "1.2.3", "1_000", "0x10", "Inf", "NaN", " 1", "1 ",
            "١",
            "1e9999999999999999999999", "1e2000", "1e-2000", "12a", "--1",
        ]
    )
    func `refuses what is no number within the limits`(text: String) {
        #expect(CtyNumber(text) == nil)
    }

    @Test func `is the same number however it is written`() {
        #expect(CtyNumber("1.50") == CtyNumber("15e-1"))
        #expect(CtyNumber("1000") == CtyNumber("1e3"))
        #expect(CtyNumber("1e3")?.integer == 1000)
        #expect(CtyNumber(0.1) == CtyNumber("0.1"))
        #expect(CtyNumber(0x1p64) == CtyNumber("18446744073709551616"))
        #expect(CtyNumber(-0x1p70) == CtyNumber("-1180591620717411303424"))
        #expect(CtyNumber(-0.0) == 0)
        #expect(CtyNumber(Double.infinity) == nil)
        #expect(CtyNumber(Double.nan) == nil)
        #expect(CtyNumber(Double.leastNonzeroMagnitude)?.double == .leastNonzeroMagnitude)
        #expect(CtyNumber(Double.greatestFiniteMagnitude)?.double == .greatestFiniteMagnitude)
    }
}
