import Foundation
import PluginDiscovery
import PluginHost
import TestSupport
import Testing

@Suite struct PluginSearchTests {
    private static let here = "\(PluginPlatform.current)"

    /// A folder with some files, executable unless said otherwise.
    private func folder(_ names: [String], mode: Int = 0o755) throws -> TemporaryDirectory {
        let files = try TemporaryDirectory()
        for name in names { try add(name, to: files, mode: mode) }
        return files
    }

    private func add(_ name: String, to files: TemporaryDirectory, mode: Int = 0o755) throws {
        let parent = URL(fileURLWithPath: files[name]).deletingLastPathComponent().path
        try FileManager.default.createDirectory(
            atPath: parent,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        try files.write(Array("#!/bin/sh\n".utf8), to: name, mode: mode)
    }

    private func search(_ folders: [TemporaryDirectory]) async throws -> PluginCatalog {
        try await PluginSearch(folders.map { PluginPlace($0.path, .commandLine) }).catalog()
    }

    private func names(_ plugins: [FoundPlugin]) -> [String] {
        plugins.map { $0.path.split(separator: "/").last.map(String.init) ?? "" }.sorted()
    }

    @Test func `single and multi components are found at the top, versions anywhere`() async throws
    {
        let files = try folder([
            "packer-provisioner-one", "packer-builder-two", "packer-post-processor-three",
            "packer-datasource-four", "packer-plugin-five", "other", "below/packer-plugin-no",
            "below/packer-provisioner-no", "packer-plugin-six_v1.0.0_x5.0_\(Self.here)",
            "github.com/a/seven/packer-plugin-seven_v1.0.0_\(Self.here)",
        ])
        let catalog = try await search([files])
        #expect(catalog.rejected.isEmpty && catalog.shadowed.isEmpty)
        #expect(
            names(catalog.found) == [
                "packer-builder-two", "packer-datasource-four", "packer-plugin-five",
                "packer-plugin-seven_v1.0.0_\(Self.here)",
                "packer-plugin-six_v1.0.0_x5.0_\(Self.here)", "packer-post-processor-three",
                "packer-provisioner-one",
            ]
        )
        #expect(catalog.found.filter(\.requiresChecksum).count == 2)
        #expect(catalog.component(kind: "builder", name: "two") != nil)
        #expect(catalog.component(kind: "provisioner", name: "two") == nil)
    }

    @Test func `a signature beside a plugin is no plugin, and goes with it`() async throws {
        let versioned = "packer-plugin-p_v1.0.0_x5.0_\(Self.here)"
        let plugins = ["packer-plugin-s", "packer-builder-b", versioned]
        let files = try folder(plugins)
        for name in plugins {
            for end in ["_SHA256SUM", "_SHA256SUM.sig", "_SHA256SUM.asc", ".sig", ".asc"] {
                try add(name + end, to: files, mode: 0o644)
            }
        }
        let catalog = try await search([files])
        #expect(names(catalog.found) == plugins.sorted())
        #expect(catalog.rejected.isEmpty && catalog.shadowed.isEmpty)
        for plugin in catalog.found { try await PluginRemoval(from: catalog).remove(plugin) }
        #expect(try files.names().isEmpty)
    }

    @Test func `versions are compared as numbers, and the highest is used`() async throws {
        let files = try folder(
            ["1.9.0", "1.10.0", "1.10.0-dev", "0.99.99"].map {
                "h/n/p/packer-plugin-p_v\($0)_x5.0_\(Self.here)"
            }
        )
        let catalog = try await search([files])
        #expect(names(catalog.found) == ["packer-plugin-p_v1.10.0_x5.0_\(Self.here)"])
        #expect(catalog.shadowed.count == 3)
        #expect(catalog.shadowed.allSatisfy { $0.other == catalog.found[0] })
    }

    @Test(arguments: [
        ("packer-plugin-p_v1.0.0_x5.1_\(here)", "version x5.1 of the API"),
        ("packer-plugin-p_v1.0.0_x5.10_\(here)", "version x5.10 of the API"),
        ("packer-plugin-p_v1.0.0_x4.0_\(here)", "version x4.0 of the API"),
        ("packer-plugin-p_v1.0.0_x5.0_plan9_arm", "it is for plan9_arm"),
        ("packer-plugin-p_v1.0.0_x5.0_plan9_vax", "its name is for plan9_vax"),
        ("packer-plugin-p_1.0_x5.0_\(here)", "its name has no version"),
    ])
    func `a name that is not for this host is told of`(name: String, reason: String) async throws {
        let catalog = try await search([try folder([name])])
        #expect(catalog.found.isEmpty)
        let text = try #require(catalog.rejected.first).refusal.description
        #expect(text.contains(reason), "\(text)")
        // One folder may serve several machines.
        #expect(catalog.rejected.map(\.isNews) == [!name.hasSuffix("plan9_arm")])
    }

    @Test func `the first folder wins, and one without a version over those that were installed`()
        async throws
    {
        let first = try folder(["packer-plugin-p", "packer-plugin-p_v9.0.0_x5.0_\(Self.here)"])
        let second = try folder(["packer-plugin-p_v10.0.0_x5.0_\(Self.here)", "packer-builder-b"])
        let catalog = try await search([first, second])
        #expect(
            catalog.found.map(\.path) == [first["packer-plugin-p"], second["packer-builder-b"]]
        )
        #expect(
            catalog.shadowed.map(\.other.path) == [
                first["packer-plugin-p"], first["packer-plugin-p"],
            ]
        )
    }

    @Test func `the plugin with the longest name is asked first for a component`() async throws {
        let files = try folder(["packer-plugin-amazon", "packer-plugin-amazon-ebs"])
        let found = try await search([files]).sets(for: "amazon-ebs")
        #expect(found.map(\.component) == [nil, "ebs"])
        #expect(try await search([files]).sets(for: "amazonia").isEmpty)
        #expect(try await search([files]).sets(for: "amazon-").isEmpty)
    }

    @Test func `a named folder that is not there is told of, the user's own is not`() async throws {
        let missing = PluginPlace("/nonexistent/plugins", .environment)
        let catalog = try await PluginSearch([missing]).catalog()
        #expect(catalog.rejected.map(\.isNews) == [true])
        let own = PluginPlace("/nonexistent/plugins", .user)
        #expect(try await PluginSearch([own]).catalog().rejected.isEmpty)
    }

    @Test func `a folder with two names is searched once`() async throws {
        let files = try folder(["plugins/packer-plugin-p"])
        try FileManager.default.createSymbolicLink(
            atPath: files["link"],
            withDestinationPath: files["plugins"]
        )
        let places = ["link", "plugins/", "./plugins/."].map {
            PluginPlace(files[$0], .commandLine)
        }
        let catalog = try await PluginSearch(places).catalog()
        #expect(catalog.found.map(\.path) == [files["plugins/packer-plugin-p"]])
        #expect(catalog.found.map(\.place) == [places[0]])
        #expect(catalog.shadowed.isEmpty && catalog.rejected.isEmpty)
    }

    @Test func `the user's own folder that cannot be read is told of to who asks`() async throws {
        let files = try folder([])
        try files.write([], to: "plugins")
        let own = PluginPlace(files["plugins"], .user)
        let rejected = try await PluginSearch([own]).catalog().rejected
        #expect(rejected.map(\.isNews) == [false])
    }

    @Test func `row 52: plugins in the working directory are told of once, and not used`()
        async throws
    {
        let files = try folder(["packer-plugin-x", "packer-provisioner-shell"])
        let search = PluginSearch([], workingDirectory: files.path)
        let catalog = try await search.catalog()
        #expect(catalog.found.isEmpty)
        let text = try #require(catalog.rejected.first).refusal.description
        #expect(catalog.rejected.count == 1)
        #expect(text.contains("packer-plugin-x") && text.contains("and 1 more"))
        #expect(text.contains("-plugin-path ."))

        var named = search
        named.places = [PluginPlace(files.path, .commandLine)]
        #expect(try await named.catalog().found.count == 2)
        #expect(try await named.catalog().rejected.isEmpty)
    }
}
