import Communicator
import Components
import Configuration
import TestSupport
import Testing

@testable import ShellProvisioner

/// Environments of random bytes through the default command of every common shell.
struct EnvironmentPropertyTests {
    private static let awkward: [String: [UInt8]] = [
        "ALL_BYTES": Array(1...255), "NEWLINES": Array("\n\na\n\n".utf8), "EMPTY": [],
        "QUOTES": Array("'\"'\"''`$(id)`\\'".utf8), "DASH": Array("-n".utf8),
        "BACKSLASH": Array("\\".utf8), "CARRIAGE_RETURNS": Array("a\r\nb\r".utf8),
        "HISTORY": Array("!! !$ ~ * ?".utf8), "INVALID_UTF8": [0xC3, 0x28, 0xFF, 0xE2, 0x82],
        "LONG": [UInt8](repeating: 0x27, count: 20_000),
    ]

    @Test(arguments: [["sh"], ["dash"], ["bash"], ["busybox", "sh"]])
    func `arrive byte for byte`(shell: [String]) async throws {
        let folder = try TemporaryDirectory()
        let provisioner = try ShellProvisioner.prepare(
            .map([
                "inline": .string("env -0 > \(folder.path)/found"),
                "inline_shebang": .string("/usr/bin/env -S \(shell.joined(separator: " ")) -e"),
                "remote_folder": .string(folder.path),
            ]),
            in: PrepareContext()
        ).component
        var generator = SplitMix(seed: UInt64(shell.joined().utf8.reduce(0) { $0 &* 31 &+ $1 }))
        for round in 0..<250 {
            let seed = generator.state
            var sent = generator.environment(8)
            if round == 0 { sent.merge(Self.awkward) { $1 } }
            try await provisioner.adding(environment: sent).provision(
                LoginShell(shell),
                ui: RecordingInterface(),
                data: GeneratedData()
            )
            let found = Self.parsed(try folder.read("found"))
            #expect(found.filter { sent[$0.key] != nil } == sent, "\(shell), seed \(seed)")
        }
        #expect(try folder.names() == ["found"])
    }

    private static func parsed(_ bytes: [UInt8]) -> [String: [UInt8]] {
        var values: [String: [UInt8]] = [:]
        for entry in bytes.split(separator: 0) {
            let name = entry.prefix { $0 != UInt8(ascii: "=") }
            values[String(decoding: name, as: UTF8.self)] = Array(entry.dropFirst(name.count + 1))
        }
        return values
    }
}

extension SplitMix {
    fileprivate mutating func environment(_ count: Int) -> [String: [UInt8]] {
        var values: [String: [UInt8]] = [:]
        for number in 0..<count {
            let length = Int.random(in: 0...200, using: &self)
            let ceiling: UInt8 = Bool.random(using: &self) ? 255 : 63
            values["V_\(number)"] = (0..<length).map { _ in
                UInt8.random(in: 1...ceiling, using: &self)
            }
        }
        return values
    }
}
