import Foundation

/// Where the project and the programs under test are.
package enum ProjectFiles {
    /// A program that must be there for the tests to mean anything.
    package struct Missing: Error, CustomStringConvertible {
        /// What is missing and what to do.
        package var description: String
    }

    /// The checkout.
    package static let root: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// The `packer-swift` that was built with these tests, or the one that `PACKER_SWIFT` names.
    package static func packerSwift() throws -> String {
        try built("packer-swift", or: "PACKER_SWIFT")
    }

    /// The `packer-plugin-swift` that was built with these tests, or the one that
    /// `PACKER_PLUGIN_SWIFT` names.
    package static func pluginSwift() throws -> String {
        try built("packer-plugin-swift", or: "PACKER_PLUGIN_SWIFT")
    }

    /// The plugin of `Tests/TestPlugin`.
    package static func pluginTest() throws -> String {
        try built("packer-plugin-test", or: "PACKER_PLUGIN_TEST")
    }

    /// The `packer-plugin-swift` that `make plugin` leaves.
    package static func releasedPluginSwift() throws -> String {
        try executable("\(root)/.build/release/packer-plugin-swift", remedy: "run make plugin")
    }

    /// One of the plugins of `Examples` that were built with these tests.
    package static func example(_ name: String) throws -> String {
        try executable("\(buildDirectory)/\(name)", remedy: "run swift build")
    }

    /// The `soak-client` that was built with these tests, or the one that
    /// `PACKER_SWIFT_SOAK_CLIENT` names.
    package static func soakClient() throws -> String {
        try built("soak-client", or: "PACKER_SWIFT_SOAK_CLIENT")
    }

    private static func built(_ name: String, or variable: String) throws -> String {
        let named = ProcessInfo.processInfo.environment[variable]
        let built = URL(fileURLWithPath: buildDirectory).appendingPathComponent(name).path
        return try executable(named ?? built, remedy: "run swift build, or set \(variable)")
    }

    /// Packer, as Debian ships it, or the one that `PACKER` names.
    package static func packer() throws -> String {
        let named = ProcessInfo.processInfo.environment["PACKER"]
        return try executable(named ?? "/usr/bin/packer", remedy: "run make test, or set PACKER")
    }

    /// The folder that holds the test bundle that runs now: the test runner gets its path.
    private static var buildDirectory: String {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
        guard let bundle else { return "\(root)/.build/debug" }
        var url = URL(fileURLWithPath: bundle)
        while url.pathComponents.contains(where: { $0.hasSuffix(".xctest") }) {
            url.deleteLastPathComponent()
        }
        return url.path
    }

    private static func executable(_ path: String, remedy: String) throws -> String {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "\(path) is not there: \(remedy)")
        }
        return path
    }
}
