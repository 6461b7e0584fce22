import Foundation
import Gob
import Configuration
import HCLSpecification
import TestSupport
import Testing

/// Specifications in gob.
@Suite struct SpecificationGobTests {
    static let duration = try? HCLSpecification(.attribute("duration", .string))

    static var nested: HCLSpecification {
        get throws {
            try HCLSpecification(
                .block("blk", try HCLSpecification(.attribute("a", .string)), isRequired: true),
                .blockList("rep", try HCLSpecification(.attribute("k", .number)))
            )
        }
    }

    /// A file that Go wrote.
    static func vector(_ name: String) throws -> [UInt8] {
        Array(
            FileManager.default.contents(
                atPath: "\(ProjectFiles.root)/Tests/GobTests/Vectors/\(name)"
            ) ?? Data()
        )
    }

    @Test func `writes specifications byte for byte`() throws {
        #expect(try Self.duration?.gob() == KnownStreams.flatSpec)
        #expect(try Self.nested.gob() == KnownStreams.nestedSpec)
    }

    @Test func `reads a specification alike in Go's form and in ours`() throws {
        #expect(try HCLSpecification(gob: KnownStreams.goFlatSpec) == Self.duration)
        #expect(try HCLSpecification(gob: KnownStreams.flatSpec) == Self.duration)
        #expect(try HCLSpecification(gob: KnownStreams.nestedSpec) == Self.nested)
    }

    @Test func `names ObjectSpec as Debian's Packer does`() throws {
        let bytes = try Self.nested.gob(objectSpecName: .debian)
        let name =
            "github.com/hashicorp/packer/vendor/github.com/hashicorp/hcl/v2/hcldec.ObjectSpec"
        #expect(String(decoding: bytes, as: UTF8.self).contains(name))
        #expect(try HCLSpecification(gob: bytes) == Self.nested)
        #expect(try Self.duration?.gob(objectSpecName: .debian) == KnownStreams.flatSpec)
    }

    @Test(
        arguments: zip(
            [
                "provisioner-sleep", "provisioner-breakpoint", "builder-file", "builder-hcloud",
                "builder-qemu", "builder-vsphere-iso", "builder-amazon-ebs",
            ],
            [1, 10, 11, 71, 119, 127, 135]
        )
    )
    func `reads the specification of a component of Packer`(name: String, count: Int) throws {
        let spec = try HCLSpecification(gob: try Self.vector("configspec-packer-\(name).gob"))
        #expect(spec.entries.count == count)
        for entry in spec.entries { #expect(entry.element.name == entry.key) }
        #expect(try HCLSpecification(gob: try spec.gob(objectSpecName: .debian)) == spec)
        try spec.checkExpressibleInProtobuf()
        #expect(try HCLSpecification(protobuf: try spec.protobuf()) == spec)
        #expect(try CtyType(json: try spec.impliedType.json) == spec.impliedType)
    }

    @Test func `knows the nested blocks of the Amazon builder`() throws {
        let vector = try Self.vector("configspec-packer-builder-amazon-ebs.gob")
        let spec = try HCLSpecification(gob: vector)
        guard case .block(_, let filter, false)? = spec["source_ami_filter"] else {
            Issue.record("no block")
            return
        }
        #expect(filter["owners"] == .attribute("owners", .list(.string)))
        #expect(filter["most_recent"] == .attribute("most_recent", .bool))
        #expect(filter["filters"] == .attribute("filters", .map(.string)))
        guard case .blockList(_, let repeated, 0, 0)? = filter["filter"] else {
            Issue.record("no list of blocks")
            return
        }
        #expect(repeated["value"] == .attribute("value", .string))
    }

    @Test func `writes what it reads of any specification`() throws {
        var generator = SplitMix()
        let seed = generator.state
        for _ in 0..<(50 * thoroughness) {
            let spec = try HCLSpecification.random(
                depth: 3,
                [.sets, .deepNumbers, .structures],
                limits: true,
                using: &generator
            )
            #expect(try HCLSpecification(gob: try spec.gob()) == spec, "seed \(seed)")
        }
    }

    @Test func `refuses what is no specification`() throws {
        let nested = try Self.nested.gob()
        for count in nested.indices {
            #expect(throws: HCLSpecificationError.self) {
                try HCLSpecification(gob: Array(nested[..<count]))
            }
        }
        #expect(throws: HCLSpecificationError.self) {
            try HCLSpecification(gob: KnownStreams.ctyValue)
        }
        let other = try Self.nested.gob(objectSpecName: .init(rawValue: "hcldec.OtherSpec"))
        let error = #expect(throws: HCLSpecificationError.self) { try HCLSpecification(gob: other) }
        #expect(error?.code == .unsupported)
        #expect(error?.path.description == "blk")
        #expect(throws: HCLSpecificationError.self) {
            try HCLSpecification(.attribute("any", .dynamic)).gob()
        }
        #expect(throws: HCLSpecificationError.self) {
            try HCLSpecification(.attribute("a", .string), .attribute("a", .bool))
        }
    }

    @Test func `bounds how deep blocks nest`() throws {
        var spec = try HCLSpecification(.attribute("a", .string))
        for _ in 0..<HCLSpecificationLimits.blocks {
            spec = try HCLSpecification(.block("b", spec))
        }
        #expect(try HCLSpecification(gob: try spec.gob()) == spec)
        #expect(try HCLSpecification(protobuf: try spec.protobuf()) == spec)
        let deeper = try HCLSpecification(.block("b", spec))
        for write in [{ try deeper.gob() }, { try deeper.protobuf() }] as [() throws -> [UInt8]] {
            let error = #expect(throws: HCLSpecificationError.self) { try write() }
            #expect(error?.code == .limitExceeded)
        }
    }

    @Test func `never traps on a damaged specification`() throws {
        var generator = SplitMix()
        for stream in [KnownStreams.goFlatSpec, KnownStreams.nestedSpec] {
            for _ in 0..<(500 * thoroughness) {
                _ = try? HCLSpecification(gob: stream.damaged(using: &generator))
            }
        }
    }
}
