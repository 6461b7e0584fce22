import Communicator
import TestSupport
import Testing

@testable import SSHCommunicator

@Suite(.timeLimit(.minutes(1))) struct `A hostile scp` {
    @Test(arguments: [
        "C0644 3 ../x\nabc\0", "C0644 3 /tmp/x\nabc\0", "C0644 3 g\nabc\0", "D0755 0 f\n",
        "C0644 3 f\nabcd\0", "C0644 3 f\nabc\0C0644 1 f\nx\0", "C0644 -3 f\nabc\0",
        "C0644 99999999999999999999 f\n", "T0 0 0 0\n", "E\n", "\0", "Welcome\n",
        "\u{1B}]0;owned\u{7}",
    ])
    func `cannot bring what was not asked for`(_ answer: String) async throws {
        let far = try TemporaryDirectory()
        let near = try TemporaryDirectory()
        try far.write(Array("abc".utf8), to: "f")
        try near.write(Array("old".utf8), to: "f")
        let transfer = CommandTransfer(.scp, over: OddMachine.scp(saying: answer), warn: { _ in })
        let error = await #expect(throws: CommunicatorError.self) {
            try await transfer.download(
                far["f"],
                to: .file(near["f"]),
                options: TransferOptions()
            )
        }
        #expect(error?.code == .protocolViolation)
        #expect(error?.description.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
        #expect(try near.names() == ["f"])
        #expect(try near.read("f") == Array("old".utf8))
        await #expect(throws: CommunicatorError.self) {
            try await transfer.downloadDirectory(
                far.path + "/",
                to: near["tree"],
                options: TransferOptions()
            )
        }
        let left = try LocalTree(walking: BytePath(near["tree"])).entries.dropFirst()
        // A file that had come whole before the far side lied may stay.
        #expect(left.allSatisfy { $0.relativePath == BytePath("f") && $0.size == 3 })
    }

    @Test func `gives no setuid bit, and its words cannot steer a terminal`() async throws {
        let far = try TemporaryDirectory()
        let near = try TemporaryDirectory()
        try far.write(Array("abc".utf8), to: "f", mode: 0o644)
        let generous = CommandTransfer(
            .scp,
            over: OddMachine.scp(saying: "C7777 3 f\nabc\0"),
            warn: { _ in }
        )
        try await generous.downloadDirectory(
            far.path + "/",
            to: near["tree"],
            options: TransferOptions()
        )
        #expect(try FileStatus.of(BytePath(near["tree/f"])).mode & 0o7000 == 0)
        let rude = CommandTransfer(
            .scp,
            over: OddMachine.scp(saying: "\u{1}\u{1B}[2J No space left on device\n"),
            warn: { _ in }
        )
        let error = await #expect(throws: CommunicatorError.self) {
            try await rude.download(far["f"], to: .file(near["f"]), options: TransferOptions())
        }
        #expect(error?.code == .noSpace)
        #expect(error?.description.contains("\u{1B}") == false)
    }

    @Test func `that breaks off an upload leaves the old file and nothing else`() async throws {
        let far = try TemporaryDirectory()
        try far.write(Array("old".utf8), to: "f")
        for answer in ["", "\0", "\0\0", "\0\0\0", "\0\u{2}no\n", "\0\0\0\0"] {
            let transfer = CommandTransfer(
                .scp,
                over: OddMachine.scp(saying: answer, isShort: true),
                warn: { _ in }
            )
            let error = await #expect(throws: CommunicatorError.self) {
                try await transfer.upload(
                    .bytes([1, 2, 3]),
                    to: far["f"],
                    options: TransferOptions()
                )
            }
            #expect(error?.target.contains(far["f"]) == true)
            #expect(try far.names() == ["f"])
            #expect(try far.read("f") == Array("old".utf8))
        }
    }
}
