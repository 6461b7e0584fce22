import PluginDiscovery
import Testing

struct PluginVersionTests {
    @Test(arguments: [
        ("v1.2.3", "1.2.3"), ("1.2.3", "1.2.3"), ("v1.2", "1.2.0"), ("7", "7.0.0"),
        ("1.2.3.4", "1.2.3.4"), ("v01.2.3", "1.2.3"), ("1.2.3-dev", "1.2.3-dev"),
        ("1.2.3-rc.1", "1.2.3-rc.1"), ("1.2.3-4", "1.2.3-4"), ("1.2.3beta", "1.2.3-beta"),
        ("1.2.3+meta.1", "1.2.3+meta.1"), ("1.2.3-dev+meta", "1.2.3-dev+meta"),
    ])
    func `reads what Packer reads, and writes it in full`(text: String, full: String) throws {
        #expect("\(try #require(PluginVersion(text)))" == full)
    }

    @Test(arguments: [
        "", "v", "x1.2.3", "1.", "1..2", ".1", "1.2.3-", "1.2.3+", "1.2.3-a..b", "1.2.3-ä",
        "1.2.3 ", "1.2.3.4x.", "1.2.3_4", "99999999999999999999.0.0", "vv1.0.0", "V1.0.0",
    ])
    func `refuses what is no version`(text: String) {
        #expect(PluginVersion(text) == nil)
    }

    @Test func `orders by numbers, then by pre-release`() throws {
        let ordered = try [
            "0.9.0", "0.10.0-dev", "0.10.0", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-a",
            "1.0.0-a.1", "1.0.0-b", "1.0.0", "1.0.0.1", "1.0.10",
        ].map { try #require(PluginVersion($0)) }
        for (index, version) in ordered.enumerated() {
            for later in ordered[(index + 1)...] {
                #expect(version < later && !(later < version) && version != later)
            }
        }
    }

    @Test func `metadata and zeros at the end make no other version`() throws {
        let one = try #require(PluginVersion("1.2.0+a"))
        let other = try #require(PluginVersion("v1.2.0.0+b"))
        #expect(one == other && !(one < other) && !(other < one))
        #expect(Set([one, other]).count == 1)
    }

    @Test(arguments: ["5.0", "x5", "x5.0.0", "x5.-1", "x.0", "x5.", "xx5.0", "x5.0 ", "X5.0", ""])
    func `refuses what is no API version`(text: String) {
        #expect(PluginAPIVersion(text) == nil)
    }

    @Test func `takes an API of its own major version that is no newer`() throws {
        let host = PluginAPIVersion(major: 5, minor: 10)
        for text in ["x5.0", "x5.9", "x5.10"] {
            let plugin = try #require(PluginAPIVersion(text))
            #expect(host.takes(plugin) && "\(plugin)" == text)
        }
        for text in ["x5.11", "x4.0", "x6.0"] {
            #expect(!host.takes(try #require(PluginAPIVersion(text))))
        }
        #expect(try #require(PluginAPIVersion("x5.9")) < host)
    }
}
