import Foundation
import PluginDiscovery
import TestSupport

/// What is wrong with files.
extension LoadingRuleTests {
    private static let path = "\(PluginTree.source)/\(PluginTree.name())"

    /// A sound plugin with something done to it.
    private static func damaged(
        _ rule: LoadingRule,
        _ what: String,
        _ effects: [PackerGeneration: LoadingEffect],
        _ damage: @escaping @Sendable (PluginTree) throws -> Void
    ) -> Row {
        Row(rule, what, effects) { tree in
            try tree.write()
            try damage(tree)
        }
    }

    private static func remove(_ tree: PluginTree, _ path: String = path) throws {
        try FileManager.default.removeItem(atPath: tree.directory[path])
    }

    private static func link(_ tree: PluginTree, _ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: tree.directory[path],
            withDestinationPath: target
        )
    }

    static let fileRows: [Row] = [
        damaged(.regularFile, "a folder below", .below(.notLoaded)) {
            try remove($0)
            try $0.makeFolder(path)
        },
        Row(.regularFile, "a folder at the top", .top(.endsPacker)) {
            try $0.makeFolder("packer-plugin-sdk")
        },
        Row(.regularFile, "a folder for a component", .top(.failsInUse)) {
            try $0.makeFolder("packer-provisioner-demo")
        },
        damaged(.regularFile, "a link to nothing", .below(.notLoaded)) {
            try remove($0)
            try link($0, path, to: "nothing")
        },
        damaged(.regularFile, "a device", .below(.notLoaded)) {
            try remove($0)
            try link($0, path, to: "/dev/null")
        },
        Row(.regularFile, "a pipe at the top", .top(.endsPacker)) {
            try $0.directory.makeFIFO("packer-plugin-demo")
        },
        damaged(.regularFile, "a pipe without a checksum", .below(.notLoaded)) {
            try remove($0)
            try remove($0, "\(path)_SHA256SUM")
            try $0.directory.makeFIFO(path)
        },
        damaged(.pipe, "a pipe", .below(.hangsPacker)) {
            try remove($0)
            try $0.directory.makeFIFO(path)
        },
        damaged(.pipe, "a pipe for a checksum", .below(.hangsPacker)) {
            try remove($0, "\(path)_SHA256SUM")
            try $0.directory.makeFIFO("\(path)_SHA256SUM")
        },
        Row(.executable, "below", .fatal) { try $0.write(mode: 0o644) },
        Row(.executable, "at the top", .top(.endsPacker)) {
            try $0.write(as: "packer-plugin-demo", in: "", mode: 0o644, hasChecksum: false)
        },
        Row(.executable, "a component", .top(.failsInUse)) {
            try $0.write(as: "packer-builder-demo", in: "", mode: 0o644, hasChecksum: false)
        },
        // Neither is run: the script would say that it is no plugin.
        Row(.safe, "the file", [:]) { try $0.write("#!/bin/sh\nexit 1\n", mode: 0o777) },
        damaged(.safe, "its folder", [:]) { tree in
            try tree.write("#!/bin/sh\nexit 1\n")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o777],
                ofItemAtPath: tree.directory[PluginTree.source]
            )
        },
        damaged(.checksum, "missing", .below(.notLoaded)) {
            try remove($0, "\(path)_SHA256SUM")
        },
        damaged(.checksumForm, "63 digits", .below(.notLoaded)) {
            try $0.write(checksum: String(repeating: "a", count: 63), of: path)
        },
        damaged(.checksumForm, "a blank", .below(.notLoaded)) {
            try $0.write(checksum: " " + String(repeating: "a", count: 64), of: path)
        },
        damaged(.checksumForm, "nothing", .below(.notLoaded)) {
            try $0.write(checksum: "", of: path)
        },
        // It is not run either.
        damaged(.checksumMatch, "another's", .below(.notLoaded)) {
            try $0.write("#!/bin/sh\nexit 1\n", hasChecksum: false)
        },
    ]
}

/// What is wrong with what plugins say of themselves.
extension LoadingRuleTests {
    private static func said(
        _ rule: LoadingRule,
        _ what: String,
        _ effects: [PackerGeneration: LoadingEffect],
        _ script: String
    ) -> Row {
        Row(rule, what, effects) { try $0.write(script) }
    }

    private static func atTop(
        _ rule: LoadingRule,
        _ what: String,
        _ effects: [PackerGeneration: LoadingEffect],
        _ script: String
    ) -> Row {
        Row(rule, "\(what), at the top", effects) {
            try $0.write(script, as: "packer-plugin-demo", in: "", hasChecksum: false)
        }
    }

    static let descriptionRows: [Row] = [
        said(.description, "a status", .fatal, "#!/bin/sh\necho '{}'; exit 3\n"),
        said(.description, "garbage", .fatal, "#!/bin/sh\necho hello\n"),
        said(.description, "no program", .fatal, "\u{7F}ELF nothing more\n"),
        atTop(.description, "a status", .top(.endsPacker), "#!/bin/sh\nexit 3\n"),
        said(
            .descriptionEnd,
            "an endless one",
            .below(.hangsPacker),
            "#!/bin/sh\nexec sleep 300\n"
        ),
        atTop(
            .descriptionEnd,
            "an endless one",
            .top(.hangsPacker),
            "#!/bin/sh\nexec sleep 300\n"
        ),
        said(.describedVersion, "no version", .newest, PluginTree.script(version: "latest")),
        said(.versionAgreement, "newer", .newest, PluginTree.script(version: "1.2.4")),
        said(
            .versionAgreement,
            "for development",
            .newest,
            PluginTree.script(version: "1.2.3-dev")
        ),
        said(.apiAgreement, "newer", .newest, PluginTree.script(api: "x5.1")),
        said(.apiAgreement, "none", .newest, PluginTree.script(api: nil)),
        atTop(.compatibility, "newer", .top(.failsInUse), PluginTree.script(api: "x6.0")),
        atTop(
            .defaultName,
            "without a name",
            [.since1_6: .otherName],
            PluginTree.script(builders: ["-packer-default-plugin-name-"])
        ),
        said(.protobuf, "an older SDK", [:], PluginTree.script(protocolVersion: nil)),
    ]
}
