import Foundation
import Processes
import TestSupport
import Testing

/// The layout of Packer 1.7 and later, as `make plugin-install` leaves it, and where it goes.
@Suite(.timeLimit(.minutes(5)))
struct PluginLayoutTests {
    private let here: TemporaryDirectory
    private let plugins: String
    private let binary: String
    /// The folder of the default source, below a folder of plugins.
    private static let source = "github.com/example/swift"

    init() throws {
        here = try TemporaryDirectory()
        plugins = here["plugins"]
        binary = try ProjectFiles.releasedPluginSwift()
    }

    private func installer(_ more: [String: String] = [:]) -> Program {
        let environment = [
            "PACKER_PLUGIN_SWIFT": binary, "HOME": here.path, "PACKER_CONFIG_DIR": "",
            "PACKER_PLUGIN_PATH": "", "XDG_CONFIG_HOME": "",
        ]
        return Program(
            "\(ProjectFiles.root)/scripts/plugin-install",
            environment: environment.merging(more) { $1 }
        )
    }

    /// A `PATH` with programs of a test's own before the real ones.
    private func path(_ programs: [String: String]) throws -> String {
        let folder = here["bin"]
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, script) in programs {
            let text = Array("#!/bin/sh\n\(script)\n".utf8)
            _ = try here.write(text, to: "bin/\(name)", mode: 0o755)
        }
        return "\(folder):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
    }

    /// Every entry below a folder, by its path in it; not what is a folder itself.
    private func files(_ folder: String) throws -> [String] {
        let all = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return all.filter { name in
            (try? attributes("\(folder)/\(name)")[.type]) as? FileAttributeType != .typeDirectory
        }.sorted()
    }

    private func attributes(_ path: String) throws -> [FileAttributeKey: Any] {
        try FileManager.default.attributesOfItem(atPath: path)
    }

    /// The file that is installed, by the version in its name, below a folder of plugins.
    private func installed(in folder: String, source: String = source) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(source)")
        let name = try #require(names.first { !$0.hasSuffix("SUM") && $0.contains("_v0.1.0_") })
        return "\(folder)/\(source)/\(name)"
    }

    /// Checks that the sum is the file's, as Packer does, with a program of this machine.
    private func expectVerified(_ file: String) async throws {
        let sum = String(decoding: try contents("\(file)_SHA256SUM"), as: UTF8.self)
        let said = try await Program("sha256sum").succeed([file])
        #expect(sum.utf8.count == 64 && sum == said.prefix(64))
        #expect(try attributes(file)[.posixPermissions] as? Int == 0o755)
        #expect(try attributes("\(file)_SHA256SUM")[.posixPermissions] as? Int == 0o644)
    }

    private func contents(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    @Test func `one file of its own by its versions, and its sum`() async throws {
        var first: Int?
        for _ in 0..<2 {
            try await installer().succeed([plugins])
            let file = try installed(in: plugins)
            #expect(file.hasSuffix("/packer-plugin-swift_v0.1.0_x5.0_\(Self.platform)"))
            try await expectVerified(file)
            #expect(try contents(file) == contents(binary))
            let inode = try attributes(file)[.systemFileNumber] as? Int
            #expect(try inode != attributes(binary)[.systemFileNumber] as? Int)
            // What is right already is not touched.
            #expect(first == nil || first == inode)
            first = inode
        }
        let below = try files("\(plugins)/github.com")
        #expect(below.count == 2, "\(below)")
        let top = try FileManager.default.contentsOfDirectory(atPath: plugins)
        #expect(!top.contains { $0.hasPrefix("packer-plugin-") || $0.hasSuffix("SUM") })
    }

    private static var platform: String {
        #if os(Linux)
            let system = "linux"
        #else
            let system = "darwin"
        #endif
        #if arch(x86_64)
            return "\(system)_amd64"
        #else
            return "\(system)_arm64"
        #endif
    }

    @Test func `replaces this version's file and leaves the others`() async throws {
        try await installer().succeed([plugins])
        let file = try installed(in: plugins)
        let older = file.replacingOccurrences(of: "_v0.1.0_", with: "_v0.0.9_")
        for path in [older, "\(older)_SHA256SUM"] {
            try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        }
        // Ours by its mark, and another build: both files are to be replaced.
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("x".utf8))
        try handle.close()
        try Data("0".utf8).write(to: URL(fileURLWithPath: "\(file)_SHA256SUM"))
        try await installer().succeed([plugins])
        try await expectVerified(file)
        #expect(try contents(older) == Array("mine".utf8))
        #expect(try files("\(plugins)/github.com").count == 4)
    }

    @Test(arguments: ["", "_SHA256SUM"])
    func `another's file by one of the names is not replaced`(suffix: String) async throws {
        try await installer().succeed([plugins])
        let name = try installed(in: plugins) + suffix
        let other = here["other"]
        let target = name.replacingOccurrences(of: plugins, with: other)
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: target).deletingLastPathComponent().path,
            withIntermediateDirectories: true
        )
        try Data("somebody's".utf8).write(to: URL(fileURLWithPath: target))
        let outcome = try await installer().run([other])
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors.contains("nothing was changed"), "\(outcome.errors)")
        #expect(try files(other).count == 1)
        #expect(try contents(target) == Array("somebody's".utf8))
    }

    @Test func `a signal while it copies leaves nothing by any name`() async throws {
        try here.makeFIFO("go")
        // Half of the file, and then no more.
        let copy = "head -c 1000 \"$1\" >\"$2\"; echo half >&2; read x <'\(here["go"])'"
        let environment = ["PATH": try path(["cp": copy])]
        let plugins = plugins
        let outcome = try await installer(environment).run([plugins]) { running in
            try await running.says("half")
            let names = try FileManager.default.subpathsOfDirectory(atPath: plugins)
            #expect(!names.contains { $0.contains("packer-") }, "\(names)")
            running.signal(SIGTERM)
        }
        #expect(outcome.end != .exited(0))
        #expect(try files(plugins) == [])
    }

    @Test func `no signal comes between the file and its sum`() async throws {
        try here.makeFIFO("go")
        let move = """
            case $3 in *SUM) echo between >&2; read x <'\(here["go"])';; esac
            exec /bin/mv "$@"
            """
        let environment = ["PATH": try path(["mv": move])]
        let (plugins, go) = (plugins, here["go"])
        let outcome = try await installer(environment).run([plugins]) { running in
            try await running.says("between")
            // The file is there, whole, and no sum speaks for it yet.
            let names = try FileManager.default.subpathsOfDirectory(atPath: plugins)
            #expect(names.contains { $0.hasSuffix("_\(Self.platform)") }, "\(names)")
            #expect(!names.contains { $0.hasSuffix("SUM") }, "\(names)")
            running.signal(SIGTERM)
            running.signal(SIGINT)
            // Opening waits for the reader, so both have been ignored or have ended it.
            try await Program("/bin/sh", ["-c", "echo >'\(go)'"]).succeed()
        }
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
        try await expectVerified(try installed(in: plugins))
    }
}
