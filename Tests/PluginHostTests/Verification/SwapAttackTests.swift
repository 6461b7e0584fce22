import Foundation
import PluginHost
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Row 50: programs that are swapped while they are verified and run.
@Suite(.timeLimit(.minutes(5))) struct SwapAttackTests {
    private let files: TemporaryDirectory
    private let copies: TemporaryDirectory

    /// How often; of the 1,000 that are promised as many percent as `PACKER_SWIFT_SOAK` says, and a few in a
    /// run of all tests.
    private static var count: Int {
        let percent = ProcessInfo.processInfo.environment["PACKER_SWIFT_SOAK"].flatMap { Int($0) }
        return max(20, (percent ?? 0) * 10)
    }

    init() throws {
        files = try TemporaryDirectory()
        copies = try TemporaryDirectory()
    }

    @Test func `swap attack: another program never runs in place of the verified one`()
        async throws
    {
        let tries = Self.count
        let names = ["packer-plugin-s", "packer-plugin-b"]
        let good = [
            try files.write(
                Array("#!/bin/sh\necho right\n".utf8),
                to: names[0],
                mode: 0o755
            ),
            try files.write(
                [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/bin/sh"))),
                to: names[1],
                mode: 0o755
            ),
        ]
        for (name, path) in zip(names, good) {
            try files.write(Array(try await sum(path).utf8), to: "\(name)_SHA256SUM")
        }
        let attack = try SwapAttack(files, names)
        attack.begin()
        defer { attack.stop() }
        var (done, right, refusals) = (0, 0, 0)
        // However the two take turns: as many swaps as tries, and some of these came through.
        while done < tries || right == 0 || attack.count < tries {
            let index = done % 2
            done += 1
            do {
                let program = try await VerifiedProgram.open(
                    good[index],
                    .checksum,
                    copyingTo: copies.path
                )
                defer { program.close() }
                let arguments = index == 0 ? [] : ["-c", "echo right"]
                #expect(try await output(program, arguments) == "right\n")
                right += 1
            } catch is Refused {
                refusals += 1
            }
        }
        print("swap attack: \(done) tries, \(attack.count) swaps, \(refusals) refused, none won")
    }

    private func sum(_ path: String) async throws -> String {
        String(try await Program("sha256sum").succeed([path]).prefix(64))
    }

    private func output(_ program: VerifiedProgram, _ arguments: [String]) async throws -> String {
        let child = try await ChildProcess.spawn(try program.specification(arguments))
        var output: [UInt8] = []
        while let bytes = try await child.standardOutput?.read() { output += bytes }
        _ = try await child.wait()
        return String(decoding: output, as: UTF8.self)
    }
}

/// Puts another program in place of some, by name and by content, and back, as fast as it can.
private final class SwapAttack: Sendable {
    private let files: TemporaryDirectory
    private let names: [String]
    private let originals: [[UInt8]]
    private let isOver = LockedValue(false)
    private let swaps = LockedValue(0)

    init(_ files: TemporaryDirectory, _ names: [String]) throws {
        self.files = files
        self.names = names
        originals = try names.map { try files.read($0) }
    }

    func begin() {
        Task.detached { self.swap() }
    }

    /// How often something was swapped.
    var count: Int { swaps.withLock { $0 } }

    func stop() { isOver.withLock { $0 = true } }

    private func swap() {
        let other = Array("#!/bin/sh\nexec echo swapped\n".utf8)
        while !isOver.withLock({ $0 }) {
            for (name, original) in zip(names, originals) {
                for content in [other, original] {
                    if count.isMultiple(of: 2) {
                        replace(name, content)
                    } else {
                        overwrite(name, content)
                    }
                    swaps.withLock { $0 += 1 }
                }
                replace(name, original)
            }
        }
    }

    private func replace(_ name: String, _ content: [UInt8]) {
        guard let path = try? files.write(content, to: "new", mode: 0o755) else { return }
        _ = unsafe rename(path, files[name])
    }

    /// In place, where nobody keeps it from that.
    private func overwrite(_ name: String, _ content: [UInt8]) {
        let file = openToWrite(files[name], O_WRONLY | O_NONBLOCK)
        guard file >= 0 else { return }
        _ = unsafe write(file, content, content.count)
        _ = close(file)
    }
}

private func openToWrite(_ path: String, _ flags: Int32) -> Int32 { unsafe open(path, flags) }
