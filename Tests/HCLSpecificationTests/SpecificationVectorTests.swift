import Foundation
import HCLSpecification
import TestSupport
import Testing

/// Specifications that others wrote, as they stand in `Vectors`.
@Suite struct SpecificationVectorTests {
    private static func vector(_ name: String) throws -> [UInt8] {
        let path = "\(ProjectFiles.root)/Tests/HCLSpecificationTests/Vectors/\(name)"
        return Array(try #require(FileManager.default.contents(atPath: path)))
    }

    @Test func `reads Go's and protoc's specifications`() throws {
        #expect(
            try HCLSpecification(gob: try Self.vector("specification.gob"))
                == HCLSpecification(.attribute("duration", .string))
        )
        let name = try HCLSpecification(.attribute("name", .string, isRequired: true))
        #expect(try HCLSpecification(protobuf: try Self.vector("specification.pb")) == name)
        #expect(try name.protobuf() == Self.vector("specification.pb"))
        let inner = try HCLSpecification(.attribute("m", .map(.list(.number))))
        #expect(
            try HCLSpecification(protobuf: try Self.vector("specification-nested.pb"))
                == HCLSpecification(
                    .block("b", inner, isRequired: true),
                    .blockList("l", HCLSpecification())
                )
        )
    }
}
