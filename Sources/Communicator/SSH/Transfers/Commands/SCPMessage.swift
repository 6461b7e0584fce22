import Communicator

/// What the far side of SCP says between the bytes of files.
///
/// The protocol has no document; this is what OpenSSH's `scp -t` and `scp -f` speak.
enum SCPMessage: Sendable, Equatable {
    /// All is well, go on.
    case ready
    /// What went wrong, in the far side's words.
    case refusal([UInt8])
    /// A file's permission bits, size and name.
    case file(mode: UInt32, size: UInt64, name: [UInt8])
    /// A directory begins; its contents follow.
    case directory(name: [UInt8])
    /// The directory ends.
    case endOfDirectory
    /// The times of what follows.
    case times

    /// What is no message, as it is shown to people.
    struct Violation: Error, Equatable {
        let found: String
    }

    /// The longest line that is taken.
    static let longestLine = 4_096

    /// The first message of a stream and the number of its bytes, or `nil` while it is not whole.
    static func parse(_ stream: ArraySlice<UInt8>) throws(Violation) -> (SCPMessage, Int)? {
        guard let kind = stream.first else { return nil }
        if kind == 0 { return (.ready, 1) }
        guard [1, 2].contains(kind) || Array("CDET".utf8).contains(kind) else {
            throw Violation(found: BytePath.display(Array(stream.prefix(200))))
        }
        guard let end = stream.prefix(longestLine).firstIndex(of: 0x0A) else {
            guard stream.count < longestLine else {
                throw Violation(found: "a line of more than \(longestLine) bytes")
            }
            return nil
        }
        let line = stream[(stream.startIndex + 1)..<end]
        let count = end + 1 - stream.startIndex
        return (try message(kind, line), count)
    }

    private static func message(
        _ kind: UInt8,
        _ line: ArraySlice<UInt8>
    ) throws(Violation) -> SCPMessage {
        switch kind {
        case UInt8(ascii: "C"):
            let (mode, size, name) = try entry(line)
            return .file(mode: mode, size: size, name: name)
        case UInt8(ascii: "D"):
            return .directory(name: try entry(line).name)
        case UInt8(ascii: "E"):
            guard line.isEmpty else { throw Violation(found: shown(line)) }
            return .endOfDirectory
        case UInt8(ascii: "T"): return .times
        default: return .refusal(Array(line))
        }
    }

    /// `MODE SIZE NAME`: four octal digits, decimal digits, and a name that is no path.
    private static func entry(
        _ line: ArraySlice<UInt8>
    ) throws(Violation) -> (mode: UInt32, size: UInt64, name: [UInt8]) {
        let words = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3,
            words[0].count == 4, let mode = number(words[0], radix: 8),
            let size = number(words[1], radix: 10), size <= UInt64(Int64.max)
        else { throw Violation(found: shown(line)) }
        let name = Array(words[2])
        guard !name.isEmpty, name != [0x2E], name != [0x2E, 0x2E],
            !name.contains(0x2F), !name.contains(0)
        else { throw Violation(found: "the name \"\(shown(words[2]))\"") }
        // Neither setuid nor setgid nor sticky comes from a machine.
        return (UInt32(mode) & 0o777, size, name)
    }

    private static func number(_ digits: ArraySlice<UInt8>, radix: UInt64) -> UInt64? {
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard (0x30..<0x30 + UInt8(radix)).contains(digit) else { return nil }
            let (product, isLarge) = value.multipliedReportingOverflow(by: radix)
            let (sum, isLarger) = product.addingReportingOverflow(UInt64(digit - 0x30))
            guard !isLarge, !isLarger else { return nil }
            value = sum
        }
        return value
    }

    private static func shown(_ line: ArraySlice<UInt8>) -> String {
        BytePath.display(Array(line.prefix(200)))
    }
}
