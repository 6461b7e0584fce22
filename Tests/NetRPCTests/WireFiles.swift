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

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
