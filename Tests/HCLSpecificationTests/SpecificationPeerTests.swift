import Foundation
import HCLSpecification
import TestSupport
import Testing

/// What Go's hcldec says of our specifications, and we of its.
@Suite(.serialized) struct SpecificationPeerTests {
    private let peer: LinePeer

    init() async throws { peer = try await LinePeer("gob-peer") }

    @Test func `agrees with cty on random types in gob`() throws {
        var generator = SplitMix(seed: 7)
        for _ in 0..<(50 * thoroughness) {
            let mixture: CtyMixture = [.sets, .deepNumbers, .structures]
            let type = try CtyType.random(depth: 4, mixture, using: &generator)
            let spec = try HCLSpecification(.attribute("a", type))
            let heard = try peer.ask("decode-spec", try spec.gob())
            let entries = try JSONSerialization.jsonObject(with: Data(heard.utf8))
            let attribute = (entries as? [String: [String: Any]])?["a"]?["type"]
            let json = try JSONSerialization.data(
                withJSONObject: try #require(attribute),
                options: .fragmentsAllowed
            )
            #expect(try CtyType(json: Array(json)) == type)
        }
    }

    @Test func `agrees with hcldec on random specifications`() throws {
        var generator = SplitMix(seed: 8)
        for _ in 0..<(50 * thoroughness) {
            let spec = try HCLSpecification.random(
                depth: 3,
                [.sets, .deepNumbers, .structures],
                limits: true,
                using: &generator
            )
            let heard = try peer.ask("decode-spec", try spec.gob())
            let theirs = [UInt8](hexadecimal: try peer.ask("encode-spec", heard))
            #expect(try HCLSpecification(gob: theirs) == spec)
        }
    }

    @Test(arguments: ["provisioner-breakpoint", "builder-qemu", "builder-amazon-ebs"])
    func `tells hcldec what Packer told us`(name: String) throws {
        let vector = try SpecificationGobTests.vector("configspec-packer-\(name).gob")
        let spec = try HCLSpecification(gob: vector)
        let ours = try peer.ask("decode-spec", try spec.gob())
        #expect(try peer.ask("encode-spec", ours).count > 0)
        let theirs = [UInt8](hexadecimal: try peer.ask("encode-spec", ours))
        #expect(try HCLSpecification(gob: theirs) == spec)
    }

    /// The peer can refuse, so that its consent means something.
    @Test func `hears Go's refusal of Debian's name for ObjectSpec`() throws {
        let spec = try SpecificationGobTests.nested.gob(objectSpecName: .debian)
        #expect(throws: LinePeer.Refusal.self) { try peer.ask("decode-spec", spec) }
    }
}
