@testable import Interpolation
import Testing

@Suite struct TimeTests {
    /// Go's reference time, Monday, with a fraction.
    private static let reference = UTCTime(seconds: 1_136_214_245, nanoseconds: 123_450_000)

    @Test(arguments: [
        ("2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z"),
        ("Mon, 02 Jan 2006 15:04:05 MST", "Mon, 02 Jan 2006 15:04:05 UTC"),
        ("Monday January _2 06", "Monday January  2 06"), ("1/2/2006", "1/2/2006"),
        ("3:04PM", "3:04PM"), ("03:4:5 pm", "03:4:5 pm"), ("20060102-150405", "20060102-150405"),
        ("05.000", "05.123"), ("05.000000000", "05.123450000"), ("05.999999", "05.12345"),
        ("05,00", "05,12"), ("002 __2", "002   2"), ("_2006", "_2006"),
        ("-0700 -07:00 -07 Z0700", "+0000 +00:00 +00 Z"), ("Januar Montag", "Januar Montag"),
        ("Jan Mon", "Jan Mon"), ("", ""), ("é2006", "é2006"), ("5.0001", "5.0001"),
    ])
    func `writes a time by Go's example`(layout: String, text: String) {
        #expect(GoTimeLayout(layout).format(Self.reference) == text)
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01 00:00:00 Thu 001 12 AM"),
        (951_782_400, "2000-02-29 00:00:00 Tue 060 12 AM"),
        (4_107_542_399, "2100-02-28 23:59:59 Sun 059 11 PM"),
        (4_107_542_400, "2100-03-01 00:00:00 Mon 060 12 AM"),
        (1_735_689_599, "2024-12-31 23:59:59 Tue 366 11 PM"),
        (-1, "1969-12-31 23:59:59 Wed 365 11 PM"),
        (-62_135_596_800, "0001-01-01 00:00:00 Mon 001 12 AM"),
        (1_136_203_200, "2006-01-02 12:00:00 Mon 002 12 PM"),
    ])
    func `knows the calendar`(seconds: Int64, text: String) throws {
        let time = UTCTime(seconds: seconds)
        #expect(GoTimeLayout("2006-01-02 15:04:05 Mon 002 3 PM").format(time) == text)
        #expect(try StrftimeLayout("%F %T %a %j").format(time) == text.dropLast(6).description)
    }

    @Test func `writes a time by C's letters`() throws {
        #expect(
            try StrftimeLayout("%A %a %B %b %d %e %H %I %M %m %p %S %Y %y %Z %z %%")
                .format(Self.reference)
                == "Monday Mon January Jan 02  2 15 03 04 01 PM 05 2006 06 UTC +0000 %"
        )
        #expect(throws: InterpolationError.self) {
            _ = try StrftimeLayout("%Q").format(Self.reference)
        }
        #expect(throws: InterpolationError.self) {
            _ = try StrftimeLayout("100%").format(Self.reference)
        }
    }

    @Test func `makes UUIDs that sort by time`() {
        let first = timeOrderedUUID(at: UTCTime(seconds: 0x0102_0304))
        let second = timeOrderedUUID(at: UTCTime(seconds: 0x0102_0305))
        #expect(first.hasPrefix("01020304-"))
        #expect(first.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(first < second)
        #expect(first != timeOrderedUUID(at: UTCTime(seconds: 0x0102_0304)))
    }
}
