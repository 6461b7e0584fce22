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

/// What runs is what was verified (row 50).
@Suite(.timeLimit(.minutes(2))) struct VerifiedProgramTests {
    private let files: TemporaryDirectory
    private let copies: TemporaryDirectory

    init() throws {
        files = try TemporaryDirectory()
        copies = try TemporaryDirectory()
    }

    private func open(
        _ path: String,
        _ requirement: VerifiedProgram.Requirement = .checksumIfPresent
    ) async throws -> VerifiedProgram {
        try await .open(path, requirement, copyingTo: copies.path)
    }

    private func script(_ text: String, _ name: String = "packer-plugin-s") throws -> String {
        try files.write(Array("#!/bin/sh\n\(text)\n".utf8), to: name, mode: 0o755)
    }

    /// A program that is no script: a copy of the shell.
    private func binary(_ name: String = "packer-plugin-b") throws -> String {
        let shell = try Data(contentsOf: URL(fileURLWithPath: "/bin/sh"))
        return try files.write([UInt8](shell), to: name, mode: 0o755)
    }

    private func output(_ program: VerifiedProgram, _ arguments: [String] = []) async throws
        -> String
    {
        let child = try await ChildProcess.spawn(try program.specification(arguments))
        var output: [UInt8] = []
        while let bytes = try await child.standardOutput?.read() { output += bytes }
        _ = try await child.wait()
        return String(decoding: output, as: UTF8.self)
    }

    private func sum(_ path: String) async throws -> String {
        String(try await Program("sha256sum").succeed([path]).prefix(64))
    }

    @Test func `an open file runs under its own name, also when its path is another's`()
        async throws
    {
        let path = try binary()
        let program = try await open(path)
        defer { program.close() }
        #expect(try await output(program, ["-c", "echo $0"]) == "\(path)\n")
        try FileManager.default.moveItem(atPath: path, toPath: "\(path).old")
        _ = try script("echo other", "packer-plugin-b")
        #expect(try await output(program, ["-c", "echo right"]) == "right\n")
    }

    @Test func `a script runs from a copy of its own, which goes with it`() async throws {
        let path = try script("basename $0; stat -c %a $0; echo $1")
        let program = try await open(path)
        _ = try script("echo other")
        #expect(try await output(program, ["x"]) == "packer-plugin-s\n500\nx\n")
        #expect(try copies.names().count == 1)
        program.close()
        #expect(try copies.names().isEmpty)
    }

    @Test(arguments: ["echo other > $C.new; mv $C.new $C", "echo other >> $C", "rm $C"])
    func `a copy that is another's by then does not run`(change: String) async throws {
        let program = try await open(try script("echo right"))
        defer { program.close() }
        #expect(try await output(program) == "right\n")
        let copy = String(decoding: try program.specification([]).executable, as: UTF8.self)
        #expect(copy.hasPrefix(copies.path))
        var shell = Program("sh")
        shell.environment = ["C": copy]
        _ = try await shell.succeed(["-c", "set -e; chmod u+w $C; \(change)"])
        let error = #expect(throws: Refused.self) { try program.specification([]) }
        #expect(error?.reason.contains("is not the one that was verified") == true)
    }

    @Test(arguments: ["ln -s nowhere $S", "ln -s $S $S", "mkdir $S", "mkfifo $S"])
    func `a checksum that is there and cannot be read is not none`(making: String) async throws {
        let path = try script("echo right")
        var shell = Program("sh")
        shell.environment = ["S": "\(path)_SHA256SUM"]
        _ = try await shell.succeed(["-c", making])
        let error = await #expect(throws: Refused.self) { try await open(path) }
        #expect(error?.reason.contains("there is no checksum to be read in") == true)
    }

    @Test(
        arguments: [
            ("S", nil), ("U", nil), ("S  packer-plugin-s\nmore\n", nil),
            ("0", "the checksum has 1 digits of 64"), ("", "the checksum has 0 digits of 64"),
            ("S-", nil), ("-S", "byte 1 of the checksum is no hexadecimal digit"),
            (String(repeating: "0", count: 64), "its SHA-256 is "),
        ] as [(String, String?)]
    )
    func `a checksum is 64 digits in either case, whatever follows`(
        content: String,
        problem: String?
    ) async throws {
        let path = try script("echo right")
        let sum = try await sum(path)
        let text = content.replacingOccurrences(of: "S", with: sum)
            .replacingOccurrences(of: "U", with: sum.uppercased())
        try files.write(Array(text.utf8), to: "packer-plugin-s_SHA256SUM")
        for requirement in [VerifiedProgram.Requirement.checksum, .checksumIfPresent] {
            do {
                let program = try await open(path, requirement)
                #expect(problem == nil && program.hasChecksum)
                program.close()
            } catch let error as Refused {
                let problem = try #require(problem, "\(error)")
                #expect(error.reason.contains(problem), "\(error)")
            }
        }
        #expect(try copies.names().isEmpty)
    }

    /// Until it executes, a child has what this process had open when it was made: the file, too.
    @Test func `children that are being started keep no file from being opened`() async throws {
        let starting = Task {
            while !Task.isCancelled {
                _ = try await Program("true").succeed()
            }
        }
        defer { starting.cancel() }
        for _ in 0..<200 {
            let path = try script("echo right")
            try await open(path).close()
        }
        starting.cancel()
        _ = await starting.result
    }

    @Test func `one that must have a checksum and has none is refused`() async throws {
        let path = try script("echo right")
        await #expect(throws: Refused.self) { try await open(path, .checksum) }
        let program = try await open(path)
        #expect(!program.hasChecksum)
        program.close()
    }

    @Test func `what somebody writes is not run, and what is held cannot be written`()
        async throws
    {
        let path = try binary()
        let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        await #expect(throws: Refused.self) { try await open(path) }
        try writer.close()
        let program = try await open(path)
        // Would wait, for as long as the system lets it.
        #expect(errorOfWriting(path) == EWOULDBLOCK)
        // Somebody wants to write: it is not run any more.
        #expect(throws: Refused.self) { try program.specification([]) }
        program.close()
        #expect(errorOfWriting(path) == 0)
    }

    /// Opens a file to write, without waiting.
    private func errorOfWriting(_ path: String) -> Int32 {
        let file = openToWrite(path, O_WRONLY | O_NONBLOCK)
        guard file >= 0 else { return errno }
        close(file)
        return 0
    }

    @Test func `a link and a setuid file are refused where they are opened, too`() async throws {
        let path = try binary()
        try FileManager.default.createSymbolicLink(
            atPath: files["link"],
            withDestinationPath: path
        )
        await #expect(throws: Refused.self) { try await open(files["link"]) }
        _ = unsafe chmod(path, 0o4755)
        await #expect(throws: Refused.self) { try await open(path) }
    }

    @Test func `a link on the way that leads elsewhere by now is not followed again`()
        async throws
    {
        let folders = [try TemporaryDirectory(), try TemporaryDirectory()]
        for (folder, word) in zip(folders, ["right", "other"]) {
            let text = "#!/bin/sh\necho \(word)\n"
            try folder.write(Array(text.utf8), to: "packer-plugin-s", mode: 0o755)
        }
        let link = files["link"]
        try FileManager.default.createSymbolicLink(
            atPath: link,
            withDestinationPath: folders[0].path
        )
        let catalog = try await PluginSearch([PluginPlace(link, .commandLine)]).catalog()
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(
            atPath: link,
            withDestinationPath: folders[1].path
        )
        let program = try await open(try #require(catalog.found.first).path)
        defer { program.close() }
        #expect(try await output(program) == "right\n")
    }
}

private func openToWrite(_ path: String, _ flags: Int32) -> Int32 { unsafe open(path, flags) }
