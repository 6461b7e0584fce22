import Foundation
import MessagePack
import TestSupport
import Testing

/// Against PyPI's `msgpack`, as Debian's `python3-msgpack` has it for Debian's Python.
///
/// It is another reading of the specification than ours. Both sides describe each value in words
/// that are not MessagePack.
@Suite struct OracleTests {
    @Test func `means the same by its bytes as Python's msgpack`() throws {
        var generator = SplitMix(seed: 4)
        let values = (0..<FuzzScale.rounds(1_000, full: 100_000)).map { _ in
            MessagePackValue.random(&generator)
        }
        let lines = values.map { hexadecimal($0.encoded) }.joined(separator: "\n")
        let answers = try oracle(["describe"], input: lines)
        #expect(answers.count == values.count)
        for (value, answer) in zip(values, answers) { #expect(value.words == answer) }
    }

    @Test func `reads what Python's msgpack writes`() throws {
        let count = FuzzScale.rounds(1_000, full: 100_000)
        let lines = try oracle(["generate", "5", "\(count)"], input: "")
        #expect(lines.count == count)
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 1)
            let encoded = bytes(String(parts[0]))
            let value = try MessagePackValue(decoding: encoded)
            #expect(value.words == parts[1])
            // Python writes every integer of 128 or more in an unsigned form.
            #expect(value.encoded == encoded)
        }
    }

    private func oracle(_ arguments: [String], input: String) throws -> [Substring] {
        let folder = FileManager.default.temporaryDirectory
            .appending(component: "msgpack-oracle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (asked, answered) = (folder.appending(path: "in"), folder.appending(path: "out"))
        try Data(input.utf8).write(to: asked)
        try Data().write(to: answered)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "oracle.py"
        )
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [script.path()] + arguments
        process.standardInput = try FileHandle(forReadingFrom: asked)
        process.standardOutput = try FileHandle(forWritingTo: answered)
        try process.run()
        process.waitUntilExit()
        // Without python3-msgpack this fails, and says so on standard error.
        try #require(process.terminationStatus == 0)
        return try String(contentsOf: answered, encoding: .utf8).split(separator: "\n")
    }
}

extension MessagePackValue {
    /// The value in the words of `oracle.py`.
    fileprivate var words: String {
        switch self {
        case .nil: "n"
        case .bool(let value): value ? "t" : "f"
        case .int(let value): "i\(value)"
        case .uint(let value): "i\(value)"
        case .float(let value): "d\(String(Double(value).bitPattern, radix: 16))"
        case .double(let value): "d\(String(value.bitPattern, radix: 16))"
        case .string(let text): "s\(hexadecimal(text.utf8))"
        case .invalidString(let bytes): "S\(hexadecimal(bytes))"
        case .binary(let bytes): "b\(hexadecimal(bytes))"
        case .array(let elements): "[\(elements.map(\.words).joined(separator: ","))]"
        case .map(let entries):
            "{\(entries.map { "\($0.key.words):\($0.value.words)" }.joined(separator: ","))}"
        case .timestamp(let time): "T\(time.seconds).\(time.nanoseconds)"
        case .ext(let type, let data): "x\(type):\(hexadecimal(data))"
        }
    }
}
