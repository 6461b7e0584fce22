/// A point in time as MessagePack's extension type -1 carries it; Go's `time.Time` without its zone.
///
/// Go's zero time (the year 1) has no such form: Go writes it as nil, and so does the encoder for
/// ``yearOne`` and for an optional that is `nil`.
package struct MessagePackTimestamp: Sendable, Hashable, Comparable {
    /// The extension type of timestamps.
    package static let extensionType: Int8 = -1

    /// Seconds since 1970-01-01 00:00:00 UTC; negative before.
    package let seconds: Int64
    /// Nanoseconds after ``seconds``, below 1,000,000,000.
    package let nanoseconds: UInt32

    static let nanosecondsPerSecond: UInt32 = 1_000_000_000

    /// A point in time, or `nil` for a second or more of nanoseconds.
    package init?(seconds: Int64, nanoseconds: UInt32 = 0) {
        guard nanoseconds < Self.nanosecondsPerSecond else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// The time in the bytes of an extension of type -1: timestamp 32, 64 or 96.
    ///
    /// ugorji's codec without WriteExt writes the same bytes as a plain string.
    ///
    /// - Returns: `nil` for any other length, and for a second or more of nanoseconds.
    package init?(payload: some Collection<UInt8>) {
        let number = payload.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch payload.count {
        case 4: self.init(seconds: Int64(number))
        case 8:
            self.init(
                seconds: Int64(number & 0x3_ffff_ffff),
                nanoseconds: UInt32(truncatingIfNeeded: number >> 34)
            )
        case 12:
            let seconds = payload.dropFirst(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            self.init(
                seconds: Int64(bitPattern: seconds),
                nanoseconds: UInt32(truncatingIfNeeded: number >> 32)
            )
        default: return nil
        }
    }

    /// The time in the 15 bytes of Go's `time.MarshalBinary`, which the codec of 2015 sends.
    ///
    /// Version 1, seconds since the year 1 (64 bits), nanoseconds (32 bits), and the zone's minutes
    /// (16 bits), which say nothing about the point in time.
    ///
    /// - Returns: `nil` for anything else.
    package init?(goBinary bytes: some Collection<UInt8>) {
        guard bytes.count == 15, bytes.first == 1 else { return nil }
        let sinceYear1 = bytes.dropFirst().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let fraction = bytes.dropFirst(9).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let (seconds, overflow) = Int64(bitPattern: sinceYear1)
            .subtractingReportingOverflow(Self.secondsFromYear1To1970)
        guard !overflow else { return nil }
        self.init(seconds: seconds, nanoseconds: fraction)
    }

    private static let secondsFromYear1To1970: Int64 = 62_135_596_800

    /// Go's zero `time.Time`, which its codec writes as nil.
    package static let yearOne = MessagePackTimestamp(yearOne: -secondsFromYear1To1970)

    private init(yearOne seconds: Int64) {
        self.seconds = seconds
        self.nanoseconds = 0
    }

    /// The shortest bytes that hold the time, as Go chooses them: 4, 8 or 12.
    package var payload: [UInt8] {
        var writer = MessagePackWriter()
        guard seconds >= 0, seconds >> 34 == 0 else {
            writer.append(nanoseconds)
            writer.append(UInt64(bitPattern: seconds))
            return writer.bytes
        }
        let number = UInt64(nanoseconds) << 34 | UInt64(seconds)
        if let short = UInt32(exactly: number) {
            writer.append(short)
        } else {
            writer.append(number)
        }
        return writer.bytes
    }

    /// Whether one time is before another.
    package static func < (earlier: Self, later: Self) -> Bool {
        (earlier.seconds, earlier.nanoseconds) < (later.seconds, later.nanoseconds)
    }
}
