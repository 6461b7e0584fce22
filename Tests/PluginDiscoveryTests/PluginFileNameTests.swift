import PluginDiscovery
import Testing

struct PluginFileNameTests {
    private func form(_ name: String) -> PluginFileName.Form {
        PluginFileName(Array(name.utf8)).form
    }

    @Test(arguments: [
        ("packer-builder-a", "builder", "a"), ("packer-provisioner-a-b", "provisioner", "a-b"),
        ("packer-post-processor-a.txt", "post-processor", "a.txt"),
        ("packer-datasource-a.exe", "datasource", "a"), ("packer-builder-a.exe.b", "builder", "a"),
        ("packer-builder-", "builder", ""),
    ])
    func `reads a single component`(name: String, kind: String, component: String) {
        #expect(form(name) == .component(kind: kind, name: component))
    }

    @Test(
        arguments: [
            ("demo_v1.2.3_x5.0_linux_amd64", "demo", "v1.2.3", "x5.0", "linux_amd64", nil),
            (
                "demo_v1.2.3-dev_x5.0_windows_386.exe", "demo", "v1.2.3-dev", "x5.0", "windows_386",
                nil
            ),
            ("a-b.c_v1_x_darwin_arm64", "a-b.c", "v1", "x", "darwin_arm64", nil),
            ("demo_v1.2.3_x5.0_x_linux_amd64", "demo", "v1.2.3", "x5.0_x", "linux_amd64", nil),
            ("demo_linux_amd64", "demo", nil, nil, "linux_amd64", nil),
            ("demo_v1.2.3_linux_amd64", "demo", "v1.2.3", nil, "linux_amd64", nil),
            ("demo_v1.2.3", "demo", "v1.2.3", nil, nil, nil),
            ("demo_v1.2.3_x5.0", "demo", "v1.2.3", "x5.0", nil, nil),
            ("demo_v1.2.3_x5.0_linux", "demo", "v1.2.3", "x5.0", nil, "linux"),
            ("demo_v1.2.3_x5.0_amd64", "demo", "v1.2.3", nil, nil, "x5.0_amd64"),
            ("demo_v1.2.3_x5.0_linux_x86_64", "demo", "v1.2.3", "x5.0", nil, "linux_x86_64"),
            ("demo_v1.2.3_x5.0_gnu_sparc", "demo", "v1.2.3", "x5.0", nil, "gnu_sparc"),
            ("_v1.2.3_x5.0_linux_amd64", "", "v1.2.3", "x5.0", "linux_amd64", nil),
            ("demo_", "demo", "", nil, nil, nil), ("demo____", "demo", "", "", nil, "_"),
        ] as [(String, String, String?, String?, String?, String?)]
    )
    func `reads the parts of a versioned name`(
        name: String,
        plugin: String,
        version: String?,
        api: String?,
        platform: String?,
        unknown: String?
    ) throws {
        guard case .versioned(let found) = form("packer-plugin-\(name)") else {
            Issue.record("\(name) is not a versioned name")
            return
        }
        #expect(found.name == plugin && found.version == version && found.apiVersion == api)
        #expect(found.platform.map { "\($0)" } == platform && found.unknownPlatform == unknown)
    }

    @Test func `tells plain names, checksums and others apart`() {
        #expect(form("packer-plugin-demo") == .plain(name: "demo"))
        #expect(form("packer-plugin-demo.exe") == .plain(name: "demo"))
        #expect(form("packer-plugin-a_SHA256SUM") == .checksum(of: "packer-plugin-a"))
        #expect(form("packer-plugin-a_sha256sums") == .checksum(of: "packer-plugin-a_sha256sums"))
        for name in ["", "packer-plugin", "Packer-plugin-a", "packer-", "xpacker-plugin-a"] {
            #expect(form(name) == .other)
        }
    }

    @Test func `reads any bytes without a fault`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let letters: [UInt8] = Array("_.x1v-\u{7F}".utf8) + [0xFF, 0x0A, 0xC3]
            let tail = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                letters[Int.random(in: 0..<letters.count, using: &random)]
            }
            let name = PluginFileName(Array("packer-plugin-".utf8) + tail)
            #expect(name.form != .other)
            let facts = PluginFacts(name: name, folders: ["a", "b", "c"])
            for finding in facts.findings() {
                #expect(!finding.found.unicodeScalars.contains { $0.value < 0x20 })
            }
        }
    }

    @Test(arguments: [
        "github.com/example/swift", "a/b/c/d", "Example.com/a_b/c-1",
        (1...16).map { "\($0)" }.joined(separator: "/"),
    ])
    func `reads a source address`(text: String) throws {
        let address = try SourceAddress(text)
        #expect("\(address)" == text && text.hasSuffix("/\(address.name)"))
    }

    @Test(arguments: [
        "", "swift", "example/swift", "/a/b/c", "a/b/c/", "a//b/c", "a/../b/c", "./a/b/c",
        "https://a/b/c", "a:80/b/c", "a/b/c?d", "a/b/c#d", "a/b /c", "a/b/c.d", "a/b/c--d",
        "a/b/-c", "a/b/c-", "a/b/c_d", "a/b/packer-c", "a/b/packer-plugin-c", "a/b/ä",
        (1...17).map { "\($0)" }.joined(separator: "/"), "a/b/" + String(repeating: "c", count: 64),
    ])
    func `refuses what is no source address, in words`(text: String) {
        let refusal = #expect(throws: SourceAddress.Refusal.self) { try SourceAddress(text) }
        #expect(refusal?.description.contains("HOST/NAMESPACE/NAME") == true)
    }

    @Test func `reads a checksum as Packer does`() throws {
        let digits = String(repeating: "0aF9", count: 16)
        for rest in ["", "\n", "  file\n", "0"] {
            let checksum = try PluginChecksum(decoding: Array((digits + rest).utf8))
            #expect("\(checksum)" == digits.lowercased())
            #expect(checksum == PluginChecksum(digest: checksum.digest))
        }
        for text in [
            "", String(digits.dropLast()), " \(digits)", "\u{FEFF}\(digits)", "g\(digits)",
        ] {
            #expect(throws: PluginChecksum.Malformed.self) {
                try PluginChecksum(decoding: Array(text.utf8))
            }
        }
    }
}
