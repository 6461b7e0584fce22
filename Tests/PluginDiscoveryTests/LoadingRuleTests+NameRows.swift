import Foundation
import PluginDiscovery
import TestSupport

/// What is wrong with names.
extension LoadingRuleTests {
    /// A plugin by a name, sound in all else.
    private static func row(
        _ rule: LoadingRule,
        _ name: String,
        _ effects: [PackerGeneration: LoadingEffect],
        in folder: String = PluginTree.source,
        _ script: String = PluginTree.script()
    ) -> Row {
        Row(rule, "\(folder)/\(name)", effects) { try $0.write(script, as: name, in: folder) }
    }

    static let nameRows: [Row] = [
        Row(
            .componentName,
            "underscore",
            [.since1_7: .otherName, .since1_9: .otherName]
        ) { try $0.write(as: "packer-builder-my_demo", in: "", hasChecksum: false) },
        row(.platform, "packer-plugin-demo", .below(.notLoaded)),
        row(.platform, "packer-plugin-demo_v1.2.3_x5.0", .below(.notLoaded)),
        row(.platform, "packer-plugin-demo_v1.2.3_x5.0_linux", .below(.notLoaded)),
        row(.platform, PluginTree.name(platform: "linux_x86_64"), .below(.notLoaded)),
        row(.platform, PluginTree.name(platform: "Linux_amd64"), .below(.notLoaded)),
        row(.platform, PluginTree.name(platform: "gnu_sparc"), .below(.notLoaded)),
        row(
            .fields,
            "packer-plugin-demo_\(PluginPlatform.current)",
            .below(.endsPacker)
        ),
        row(
            .fields,
            "packer-plugin-demo_v1.2.3_\(PluginPlatform.current)",
            .below(.endsPacker)
        ),
        row(.version, PluginTree.name(version: "latest"), .unnamed),
        row(.version, PluginTree.name(version: "v1.2.3-"), .unnamed),
        row(.canonicalVersion, PluginTree.name(version: "1.2.3"), .newest),
        row(.canonicalVersion, PluginTree.name(version: "v01.2.3"), .newest),
        row(
            .canonicalVersion,
            PluginTree.name(version: "v1.2"),
            .newest,
            PluginTree.script(version: "1.2.0")
        ),
        row(.metadata, PluginTree.name(version: "v1.2.3+meta"), .newest),
        row(
            .preRelease,
            PluginTree.name(version: "v1.2.3-rc1"),
            [.since1_11: .notInstallable],
            PluginTree.script(version: "1.2.3-rc1")
        ),
        row(.apiVersion, PluginTree.name(api: "x5"), .unnamed),
        row(.apiVersion, PluginTree.name(api: "five"), .unnamed),
        row(.apiVersion, PluginTree.name(api: "x5.0_x"), .unnamed),
        row(.apiAgreement, PluginTree.name(api: "5.0"), .newest),
        row(
            .compatibility,
            PluginTree.name(api: "x5.1"),
            .below(.notLoaded),
            PluginTree.script(api: "x5.1")
        ),
        row(
            .compatibility,
            PluginTree.name(api: "x4.0"),
            .below(.notLoaded),
            PluginTree.script(api: "x4.0")
        ),
        row(.pluginName, PluginTree.name("a.b"), .below(.notRequirable), in: "h/n/a.b"),
        row(.pluginName, PluginTree.name("a--b"), .below(.notRequirable), in: "h/n/a--b"),
        row(.pluginName, PluginTree.name("-a"), .below(.notRequirable), in: "h/n/-a"),
        row(
            .pluginName,
            PluginTree.name("packer-a"),
            .below(.notRequirable),
            in: "h/n/packer-a"
        ),
        row(.lowerCase, PluginTree.name("Demo"), .unrequirable, in: "github.com/example/Demo"),
        row(.otherPlatform, PluginTree.name(platform: "plan9_386"), [:]),
    ]

    static let placeRows: [Row] = [
        Row(.componentPlace, "below", .top(.notLoaded)) {
            try $0.write(as: "packer-builder-demo", hasChecksum: false)
        },
        Row(
            .versionedPlace,
            "at the top",
            [.since1_6: .otherName, .since1_7: .otherName, .since1_11: .notLoaded]
        ) { try $0.write(in: "", hasChecksum: false) },
        Row(.checksumPlace, "at the top", .top(.endsPacker)) {
            try $0.write(as: "packer-plugin-demo", in: "")
        },
        Row(
            .sourceParts,
            "two folders",
            [.since1_7: .notLoaded, .since1_9: .notLoaded, .since1_11: .notRequirable]
        ) { try $0.write(in: "example/demo") },
        Row(
            .sourceParts,
            "one folder",
            [.since1_7: .notLoaded, .since1_9: .notLoaded, .since1_11: .notRequirable]
        ) { try $0.write(in: "demo") },
        Row(.threeParts, "four", [.since1_7: .notLoaded, .since1_9: .notLoaded]) {
            try $0.write(in: "a/b/c/demo")
        },
        Row(.threeParts, "sixteen", [.since1_7: .notLoaded, .since1_9: .notLoaded]) {
            try $0.write(in: (1...16).map { "\($0)" }.joined(separator: "/"))
        },
        Row(.depth, "seventeen", .below(.notLoaded)) {
            try $0.write(in: (1...17).map { "\($0)" }.joined(separator: "/"))
        },
        row(.sourceName, PluginTree.name(), .unrequirable, in: "github.com/example/other"),
        row(.lowerCase, PluginTree.name(), .unrequirable, in: "github.com/Example/demo"),
        row(.lowerCase, PluginTree.name(), .unrequirable, in: "github.com/a.b/demo"),
        row(.lowerCase, PluginTree.name(), .unrequirable, in: "github.com/a_b/demo"),
        Row(.folderLink, "a loop", .newest) {
            try $0.write()
            try FileManager.default.createSymbolicLink(
                atPath: $0.directory["github.com/loop"],
                withDestinationPath: ".."
            )
        },
    ]
}
