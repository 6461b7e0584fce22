import Foundation
import HCLSpecification
import TestSupport
import Testing

/// What `protoc` and `specification.proto` say of our messages, and we of theirs.
@Suite struct ProtocTests {
    private static let specification = "\(ProjectFiles.root)/Tests/HCLSpecificationTests"

    /// Runs `protoc` on bytes; without it the test fails.
    private func protoc(_ verb: String, _ input: [UInt8]) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory
            .appending(component: "protoc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (asked, answered) = (folder.appending(path: "in"), folder.appending(path: "out"))
        try Data(input).write(to: asked)
        try Data().write(to: answered)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/protoc")
        process.arguments = [
            "--proto_path=\(Self.specification)", "--\(verb)=Spec", "specification.proto",
        ]
        process.standardInput = try FileHandle(forReadingFrom: asked)
        process.standardOutput = try FileHandle(forWritingTo: answered)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return Array(try Data(contentsOf: answered))
    }

    @Test func `means the same by a specification as protoc`() throws {
        var generator = SplitMix(seed: 11)
        for _ in 0..<(15 * thoroughness) {
            let spec = try HCLSpecification.random(depth: 4, [], limits: false, using: &generator)
            let theirs = try protoc("encode", Array(spec.protobufText.utf8))
            #expect(try HCLSpecification(protobuf: theirs) == spec)
            #expect(try protoc("decode", try spec.protobuf()) == protoc("decode", theirs))
        }
    }

    /// Two messages behind each other are one that is merged of both.
    @Test func `puts two messages together as protoc does`() throws {
        var generator = SplitMix(seed: 12)
        for _ in 0..<(15 * thoroughness) {
            let first = try HCLSpecification.random(depth: 3, [], limits: false, using: &generator)
            let second = try HCLSpecification.random(depth: 3, [], limits: false, using: &generator)
            let both = try first.protobuf() + second.protobuf()
            let merged = try protoc("encode", try protoc("decode", both))
            #expect(try HCLSpecification(protobuf: both) == HCLSpecification(protobuf: merged))
        }
    }
}

extension HCLSpecification {
    /// The specification in protobuf's text format.
    fileprivate var protobufText: String {
        let attributes = entries.map { entry in
            "attributes { key: \(Self.quoted(entry.key)) value { \(Self.text(entry.element)) } }"
        }
        return "object { \(attributes.joined(separator: " ")) }"
    }

    private static func text(_ element: Element) -> String {
        let name = "name: \(quoted(element.name))"
        return switch element {
        case .attribute(_, let type, let isRequired):
            "attr { required: \(isRequired) \(name) type { \(type.protobufText) } }"
        case .block(_, let nested, let isRequired):
            "block_value { nested { \(nested.protobufText) } \(name) required: \(isRequired) }"
        case .blockList(_, let nested, _, _):
            "block_list { nested { \(nested.protobufText) } \(name) }"
        }
    }

    private static func quoted(_ text: String) -> String {
        let escapes = text.utf8.map { byte in
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
        return "\"\(escapes.joined())\""
    }
}

extension CtyType {
    fileprivate var protobufText: String {
        switch self {
        case .list(let element): "list { elementType { \(element.protobufText) } }"
        case .map(let element): "map { elementType { \(element.protobufText) } }"
        case .number: "primitive { typeString: \"cty.Number\" }"
        case .bool: "primitive { typeString: \"cty.Bool\" }"
        default: "primitive { typeString: \"cty.String\" }"
        }
    }
}
