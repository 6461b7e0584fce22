#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A moment in UTC.
public struct UTCTime: Sendable, Equatable {
    /// Seconds since 1970, leap seconds left out.
    public var seconds: Int64
    /// Nanoseconds of the second, 0 to 999,999,999.
    public var nanoseconds: Int

    /// A moment made of its parts.
    public init(seconds: Int64, nanoseconds: Int = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// The moment at which this is called.
    public static func now() -> UTCTime {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return UTCTime(seconds: Int64(time.tv_sec), nanoseconds: Int(time.tv_nsec))
    }

    /// The moment at which the process first asked for it; Packer's InitTime, the same for all
    /// texts of a build.
    public static let processStart = UTCTime.now()
}

extension UTCTime {
    /// The moment in RFC 3339's form, to the second: `2026-11-22T15:01:36Z`.
    public var rfc3339: String { GoTimeLayout.rfc3339.format(self) }
}

/// A moment as calendar and clock show it; Gregorian at all times, as Go has it.
struct CivilTime {
    let year, month, day, hour, minute, second, nanosecond: Int
    /// 1 on the first of January.
    let yearDay: Int
    /// 0 on Sunday.
    let weekday: Int

    init(_ time: UTCTime) {
        var days = Int(time.seconds / 86_400)
        var rest = Int(time.seconds % 86_400)
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        nanosecond = time.nanoseconds
        weekday = ((days + 4) % 7 + 7) % 7
        // Days since 1 March of year 0, in eras of 400 years: leap days then stand at year's end.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let marchDay = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * marchDay + 2) / 153
        day = marchDay - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        yearDay = month > 2 ? marchDay + 60 + (isLeap ? 1 : 0) : marchDay - 305
    }

    var monthName: String {
        [
            "January", "February", "March", "April", "May", "June", "July", "August",
            "September", "October", "November", "December",
        ][month - 1]
    }

    var weekdayName: String {
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"][weekday]
    }

    /// 1 to 12.
    var hour12: Int { hour % 12 == 0 ? 12 : hour % 12 }
}

/// A number with zeros (or something else) before it.
func padded(_ number: Int, _ width: Int, with filling: Character = "0") -> String {
    let text = String(number.magnitude)
    let filled = String(repeating: filling, count: max(0, width - text.count)) + text
    return number < 0 ? "-" + filled : filled
}
