import Foundation
import MessagePack
import NetRPC

/// The recorded files of this folder.
enum WireFiles {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Vectors")

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    static func names(ending: String) -> [String] {
        let all = try? FileManager.default.contentsOfDirectory(atPath: folder.path())
        return (all ?? []).filter { $0.hasSuffix(ending) }.sorted()
    }

    /// A message's bytes in the header and the body.
    static func message(_ name: String) throws -> (header: [UInt8], body: [UInt8]) {
        let bytes = try bytes(name)
        var reader = MessagePackReader(bytes)
        try reader.skipValue()
        let end = reader.position
        try reader.skipValue()
        try reader.expectEnd()
        return (Array(bytes[..<end]), Array(bytes[end...]))
    }

    /// The payloads of yamux's DATA frames, each with its stream, in order.
    static func payloads(_ name: String) throws -> [(stream: UInt32, bytes: [UInt8])] {
        var rest = try bytes(name)[...]
        var payloads: [(UInt32, [UInt8])] = []
        while rest.count >= 12 {
            let header = Array(rest.prefix(12))
            let stream = header[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let length = header[8..<12].reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(12)
            guard header[1] == 0 else { continue }
            payloads.append((stream, Array(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
        return payloads
    }
}

/// Numbers that follow from a seed (SplitMix64; Steele, Lea and Flood 2014).
struct SplitMix64: RandomNumberGenerator {
    private(set) var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// How often a property is tried: a little in each run, at length for `make fuzz`.
func rounds(_ usual: Int, full: Int) -> Int {
    ProcessInfo.processInfo.environment["PACKER_SWIFT_FUZZ"] == "full" ? full : usual
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
