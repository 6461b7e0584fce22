import Communicator
import Synchronization
import TestSupport
import Testing

@testable import SSHCommunicator

@Suite(.timeLimit(.minutes(1))) struct `A machine with odd commands` {
    private let far: TemporaryDirectory
    private let near: TemporaryDirectory

    init() throws {
        far = try TemporaryDirectory()
        near = try TemporaryDirectory()
        try far.write(Array("old".utf8), to: "f")
        try near.write(Array("old".utf8), to: "f")
    }

    private func transfer(_ method: CommandTransfer.Method, _ machine: OddMachine)
        -> CommandTransfer
    {
        CommandTransfer(method, over: machine, answerLimit: .milliseconds(200), warn: { _ in })
    }

    private func refusal(_ body: () async throws -> Void) async -> CommunicatorError? {
        await #expect(throws: CommunicatorError.self) { try await body() }
    }

    @Test(arguments: ["f", "device"])
    func `a connection lost in the middle of an upload is no success`(name: String) async throws {
        try far.link("device", to: "/dev/null")
        let machine = OddMachine(losesEnd: true) { text in
            text.contains("C cat >") ? "\(text)" : nil
        }
        let error = await refusal {
            try await transfer(.exec, machine).upload(
                .bytes([1, 2, 3]),
                to: far[name],
                options: TransferOptions()
            )
        }
        #expect(error?.code == .disconnected)
        #expect(try far.names() == ["device", "f"])
        #expect(try far.read("f") == Array("old".utf8))
    }

    @Test func `without tar gets the files of a directory one by one`() async throws {
        try near.makeDirectory("t")
        try near.write([1, 2], to: "t/g")
        let machine = OddMachine { text in
            text.contains("C tar ") ? text.replacing("C tar ", with: "C no-such-tar ") : nil
        }
        try await transfer(.exec, machine).uploadDirectory(
            near["t"],
            to: far.path,
            options: TransferOptions()
        )
        #expect(try far.read("t/g") == [1, 2])
    }

    @Test(
        arguments: [CommandTransfer.Method.scp, .exec],
        ["exec sleep 300", "echo noise; exec sleep 300", "while sleep 0.01; do echo noise; done"]
    )
    func `that does not answer is not waited for`(
        method: CommandTransfer.Method,
        silence: String
    ) async throws {
        let isSilent = Mutex(true)
        let everything = OddMachine { _ in isSilent.withLock { $0 } ? silence : nil }
        let carrier = OddMachine { text in
            // The scripts that come before are answered.
            text.contains("C scp ") ? "exec sleep 300" : nil
        }
        for machine in method == .scp ? [everything, carrier] : [everything] {
            let transfer = transfer(method, machine)
            let up = await refusal {
                try await transfer.upload(.bytes([1]), to: far["f"], options: TransferOptions())
            }
            #expect(up?.code == .deadlineExceeded)
            let down = await refusal {
                let target = DownloadTarget.file(near["f"])
                try await transfer.download(far["f"], to: target, options: TransferOptions())
            }
            #expect(down?.code == .deadlineExceeded)
        }
        #expect(try far.names() == ["f"])
        #expect(try near.names() == ["f"])
        #expect(try near.read("f") == Array("old".utf8))
    }

    /// Downloads the far directory by a `find` that prints something else; NUL stands for a NUL.
    private func download(_ method: CommandTransfer.Method, listing: String) async throws {
        let tools = try TemporaryDirectory()
        let list = listing.split(separator: "NUL").joined(separator: "\\000") + "\\000"
        let find = "#!/bin/sh\n[ \"$1\" = /dev/null ] || printf '\(list)'\n"
        try tools.write(Array(find.utf8), to: "find", mode: 0o755)
        let machine = OddMachine { text in
            text == "exec sh -s" ? "PATH=\(tools.path):$PATH; export PATH; exec sh -s" : nil
        }
        try await CommandTransfer(method, over: machine, warn: { _ in }).downloadDirectory(
            far.path + "/",
            to: near["out"],
            options: TransferOptions()
        )
    }

    @Test(
        arguments: [CommandTransfer.Method.scp, .exec],
        [
            "f 644 3 ./../f", "f 644 3 /etc/passwd", "f 644 3 ../f", "f 644 3 ./a//f",
            "f 644 3 ./a/../../f", "f 644 3 ./.", "f 644 3 ./", "f 644 3 f", "f 644 3 .f",
            "d 755 0 ./../out2NULf 644 3 ./../out2/f", "lf 644 3 ./../f", "f x 3 ./f", "f",
            "> /etcNULf 644 3 ./passwd", "fd 644 3 ./f 9", "f 644 3 ./\\033[2J/../x", "DEEP",
        ]
    )
    func `cannot list what is not in the directory`(
        method: CommandTransfer.Method,
        entries: String
    ) async throws {
        let deep = "d 755 0 ." + String(repeating: "/d", count: RemoteTree.maximumDepth + 1)
        let entries = entries.replacing("DEEP", with: deep)
        let error = await refusal {
            try await download(method, listing: "d 755 0 .NUL\(entries)")
        }
        let words = "\(error.map(String.init(describing:)) ?? "")"
        #expect(words.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        #expect(try far.names() == ["f"])
        #expect(try near.names().filter { $0 != "out" } == ["f"])
        #expect(try near.read("f") == Array("old".utf8))
    }

    @Test func `gives no setuid bit by what find says`() async throws {
        try await download(.exec, listing: "d 2755 0 .NULf 6755 3 ./f")
        #expect(try FileStatus.of(BytePath(near["out/f"])).mode & 0o7777 == 0o755)
        #expect(try FileStatus.of(BytePath(near["out"])).mode & 0o7777 == 0o755)
    }

    @Test func `that reports without an end is not listened to`() async throws {
        var shell = FarShell(machine: OddMachine { _ in nil })
        shell.longestReport = 1 << 20
        let scripts = ["exec cat /dev/zero", "while :; do put some words; done"]
        for script in scripts {
            let error = await refusal {
                _ = try await shell.run(Array(script.utf8), "asking", BytePath("x"))
            }
            #expect(error?.code == .protocolViolation)
        }
        shell.longestReport = 8 << 20
        let many = await refusal {
            let script = Array("head -c \(FarShell.mostFields + 1) /dev/zero".utf8)
            _ = try await shell.run(script, "asking", BytePath("x"))
        }
        #expect(many?.code == .protocolViolation)
    }
}
