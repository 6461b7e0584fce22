import Foundation
import TestSupport

/// The bytes that a text in hexadecimal says.
func hex(_ text: String) -> [UInt8] { [UInt8](hexadecimal: text) }

/// A message of a stream: its length, then its bytes.
func message(_ bytes: [UInt8]) -> [UInt8] { unsigned(bytes.count) + bytes }

/// A number as gob writes it.
func unsigned(_ value: Int) -> [UInt8] {
    if value < 128 { return [UInt8(value)] }
    var rest = value
    var digits: [UInt8] = []
    while rest > 0 {
        digits.insert(UInt8(rest & 0xFF), at: 0)
        rest >>= 8
    }
    return [UInt8(256 - digits.count)] + digits
}

/// A string as gob writes it.
func text(_ value: String) -> [UInt8] { unsigned(value.utf8.count) + Array(value.utf8) }

extension [UInt8] {
    /// The bytes in pieces of one size.
    func pieces(of size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}

/// A file that Go wrote.
func vector(_ name: String) throws -> [UInt8] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appending(components: "Vectors", name)))
}

/// How many times more often a property is tried where `make fuzz` asks for it.
let thoroughness = FuzzScale.isFull ? 100 : 1

/// The same for questions to Go, which take much longer.
let peerThoroughness = FuzzScale.isFull ? 20 : 1
