import Foundation
import HCLSpecification
import TestSupport
import Testing

/// What others wrote, as it stands in `Vectors`.
@Suite struct VectorTests {
    private static func vector(_ name: String) throws -> [UInt8] {
        let path = "\(ProjectFiles.root)/Tests/HCLSpecificationTests/Vectors/\(name)"
        return Array(try #require(FileManager.default.contents(atPath: path)))
    }

    @Test func `reads go-cty's values`() throws {
        let fraction = CtyValue.number(try #require(CtyNumber("0.1")))
        #expect(try CtyValue(gob: try Self.vector("value-number.gob")) == fraction)
        #expect(
            try CtyValue(gob: try Self.vector("value-object.gob"))
                == .object([
                    .init("l", .list(of: .string, [.string("a"), .null(.string)])),
                    .init("n", .number(try #require(CtyNumber("-12.5")))),
                ])
        )
        let packed = CtyValue.object([
            .init("b", .bool(true)), .init("l", .list(of: .string, [.string("x")])),
            .init("n", fraction), .init("s", .null(.string)),
        ])
        #expect(try CtyValue(messagePack: try Self.vector("value.msgpack")) == packed)
        #expect(try packed.messagePack() == Self.vector("value.msgpack"))
        let json = try Self.vector("value.json")
        #expect(try CtyValue(json: json).json() == json)
    }
}
