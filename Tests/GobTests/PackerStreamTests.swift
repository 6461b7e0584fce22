import Gob
import Testing

/// Streams as they go between Packer and its plugins.
@Suite struct PackerStreamTests {
    private static let duration = ObjectSpec(entries: [
        "duration": ObjectSpec.Entry(kind: .attribute, name: "duration", type: .string)
    ])

    private static let nested = ObjectSpec(entries: [
        "blk": ObjectSpec.Entry(
            kind: .block,
            name: "blk",
            required: true,
            nested: ObjectSpec(entries: [
                "a": ObjectSpec.Entry(kind: .attribute, name: "a", type: .string)
            ])
        ),
        "rep": ObjectSpec.Entry(
            kind: .list,
            name: "rep",
            nested: ObjectSpec(entries: [
                "k": ObjectSpec.Entry(kind: .attribute, name: "k", type: .number)
            ])
        ),
    ])

    @Test func `writes the types of cty byte for byte`() throws {
        #expect(try CtyType.string.stream == KnownStreams.stringType)
        #expect(try CtyType.list(.string).stream == KnownStreams.listType)
        #expect(try CtyType.map(.string).stream == KnownStreams.mapType)
        #expect(try CtyType(stream: KnownStreams.mapType) == .map(.string))
    }

    @Test func `writes specifications byte for byte`() throws {
        #expect(try Self.duration.stream() == KnownStreams.flatSpec)
        #expect(try Self.nested.stream() == KnownStreams.nestedSpec)
    }

    @Test func `reads a specification alike in Go's form and in ours`() throws {
        #expect(try ObjectSpec(stream: KnownStreams.goFlatSpec) == Self.duration)
        #expect(try ObjectSpec(stream: KnownStreams.flatSpec) == Self.duration)
        #expect(try ObjectSpec(stream: KnownStreams.nestedSpec) == Self.nested)
        #expect(
            try vector("configspec-packer-provisioner-sleep.gob") == KnownStreams.goFlatSpec
        )
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
        let spec = try ObjectSpec(stream: try vector("configspec-packer-\(name).gob"))
        #expect(spec.entries.count == count)
        for (key, entry) in spec.entries { #expect(entry.name == key) }
        let vendored = "github.com/hashicorp/packer/vendor/" + ObjectSpec.modulePath
        let ours = try spec.stream(objectSpecName: vendored)
        #expect(try ObjectSpec(stream: ours) == spec)
    }

    @Test func `knows the nested blocks of the Amazon builder`() throws {
        let spec = try ObjectSpec(stream: try vector("configspec-packer-builder-amazon-ebs.gob"))
        let filter = try #require(spec.entries["source_ami_filter"])
        #expect(filter.kind == .block)
        #expect(filter.nested?.entries["owners"]?.type == .list(.string))
        #expect(filter.nested?.entries["most_recent"]?.type == .bool)
        #expect(filter.nested?.entries["filters"]?.type == .map(.string))
        let repeated = try #require(filter.nested?.entries["filter"])
        #expect(repeated.kind == .list)
        #expect(repeated.nested?.entries["value"]?.type == .string)
    }

    @Test(arguments: [0, 5])
    func `reads and writes how a command ended, byte for byte`(status: Int64) throws {
        let stream = try vector("gob-commandfinished-\(status).bin")
        let finished = GobTypeID(65)
        var types = GobTypes()
        try types.define(
            finished,
            as: .structure(name: "CommandFinished", fields: [.init("ExitStatus", .int)])
        )
        let value = GobValue.structure(GobStructure([.init("ExitStatus", .int(status))]))
        #expect(try GobDecoder.value(of: stream).structure.int("ExitStatus") == status)
        #expect(try GobEncoder.stream(of: value, as: finished, types: types) == stream)
    }

    @Test func `reads a value of cty`() throws {
        let outer = try GobDecoder.value(of: KnownStreams.ctyValue)
        let inner = try GobDecoder.value(of: try outer.bytes).structure
        #expect(try inner.int("Version") == 0)
        let type = try CtyType(stream: try inner["Ty"]?.bytes ?? [])
        #expect(type == .object(["s": .string]))
        let held = try #require(try inner.held("V"))
        #expect(held.typeName == "map[string]interface {}")
        let entry = try #require(try held.value.entries.first)
        #expect(entry.key == .string("s"))
        #expect(try entry.element.held == GobInterface("string", .string, .string("hello")))
    }
}
