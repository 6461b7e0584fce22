import Foundation
import MessagePack
import TestSupport

extension MessagePackValue {
    /// A value of any kind that Go and Python have too.
    static func random(
        _ generator: inout SplitMix,
        depth: Int = 3
    ) -> MessagePackValue {
        switch Int.random(in: 0...(depth > 0 ? 11 : 9), using: &generator) {
        case 0: return .nil
        case 1: return .bool(.random(using: &generator))
        case 2, 3:
            let bits = Int64.random(in: 0...63, using: &generator)
            return .int(Int64(bitPattern: generator.next()) >> bits)
        case 4:
            return .uint(max(128, generator.next() >> UInt64.random(in: 0...56, using: &generator)))
        case 5: return .float(Float(Int16(truncatingIfNeeded: generator.next())) / 8)
        case 6: return .double(Double(Int64(bitPattern: generator.next())) / 1024)
        case 7: return .string(randomText(&generator))
        case 8: return .binary(randomBytes(&generator))
        case 9:
            guard Bool.random(using: &generator) else {
                let type = Int8.random(in: 0...127, using: &generator)
                return .ext(type: type, data: randomBytes(&generator))
            }
            // Python's datetimes end in the year 9999, but its timestamps do not.
            let seconds =
                Int64(bitPattern: generator.next()) >> Int64.random(in: 20...63, using: &generator)
            let fraction = UInt32.random(in: 0..<1_000_000_000, using: &generator)
            let isWhole = Bool.random(using: &generator)
            let time = MessagePackTimestamp(seconds: seconds, nanoseconds: isWhole ? 0 : fraction)
            return time.map { .timestamp($0) } ?? .nil
        case 10:
            let count = size(&generator)
            return .array((0..<count).map { _ in random(&generator, depth: depth - 1) })
        default:
            // Distinct keys: in Python a map is a dictionary.
            return .map(
                (0..<size(&generator)).map { index in
                    let isNumber = index.isMultiple(of: 5)
                    let key: MessagePackValue =
                        isNumber ? .int(Int64(index)) : .string("\(index)" + randomText(&generator))
                    return Entry(key: key, value: random(&generator, depth: depth - 1))
                }
            )
        }
    }

    private static func size(_ generator: inout SplitMix) -> Int {
        // Both sides of the limits of the short forms.
        [0, 1, 2, 3, 5, 15, 16, 17].randomElement(using: &generator) ?? 0
    }

    private static func randomText(_ generator: inout SplitMix) -> String {
        let letters: [Character] = ["a", "Z", "0", " ", "\n", "é", "€", "😀", "\u{0}", "\\"]
        let count = [0, 1, 4, 15, 16, 31, 32, 200, 256].randomElement(using: &generator) ?? 0
        return String((0..<count).map { _ in letters.randomElement(using: &generator) ?? "a" })
    }

    private static func randomBytes(_ generator: inout SplitMix) -> [UInt8] {
        let sizes = [0, 1, 2, 3, 4, 5, 8, 12, 16, 17, 255, 256, 300]
        let count = sizes.randomElement(using: &generator) ?? 0
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
}

/// The bytes that hexadecimal digits stand for; spaces are for the reader.
func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
