import Communicator
import Components
import Configuration
import Foundation
import TestSupport
import Testing

@testable import ChecksumPostProcessor

/// What a builder made, for tests.
private struct Made: Artifact {
    var builderID = "test"
    var files: [String]
    var id = ""
    var summary = "made"
    var data: [String: ConfigurationValue] = [:]

    func state(_ name: String) async throws -> ConfigurationValue {
        name == "generated_data" ? .map(data) : .null
    }
}

@Suite(.timeLimit(.minutes(2)))
struct ChecksumPostProcessorTests {
    private let here: TemporaryDirectory
    private let ui = RecordingInterface()

    init() throws {
        here = try TemporaryDirectory()
    }

    private func prepared(
        _ options: [String: ConfigurationValue]
    ) throws -> ChecksumPostProcessor {
        let context = PrepareContext(buildName: "web", builderType: "file")
        return try ChecksumPostProcessor.prepare(.map(options), in: context).component
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try here.read(name), as: UTF8.self)
    }

    private func run(
        _ files: [String],
        _ output: String,
        types: [String] = ["md5"]
    ) async throws -> PostProcessed {
        try await prepared([
            "output": .string(here[output]), "checksum_types": .list(types.map { .string($0) }),
        ]).postProcess(Made(files: files), ui: ui)
    }

    @Test func `writes each hash as the system's own programs compute it`() async throws {
        let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let files = [
            try here.write(bytes, to: "large"), try here.write([], to: "empty"),
            try here.write(Array("hello\n".utf8), to: "small"),
        ]
        let types = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]
        let result = try await run(files, "out/{{.ChecksumType}}", types: types)
        for type in types {
            let sums = try await Program("\(type)sum").succeed(files)
            let expected = sums.split(separator: "\n").map { line in
                let hash = line.prefix { $0 != " " }
                return "\(hash)\t\(line.split(separator: "/").last ?? "")\n"
            }.joined()
            #expect(try text("out/\(type)") == expected)
        }
        #expect(result.artifact?.files == files + types.map { here["out/\($0)"] })
        #expect(result.keepsInput && result.forcesKeeping)
    }

    @Test func `a build that is repeated replaces its lines and keeps those of others`()
        async throws
    {
        let file = try here.write([1], to: "image")
        _ = try here.write(
            Array("0123\timage\nnot a line\n\(String(repeating: "0", count: 32))\tx".utf8),
            to: "sums"
        )
        _ = try await run([file], "sums", types: ["md5", "sha1"])
        _ = try here.write([2], to: "image")
        _ = try await run([file], "sums", types: ["md5", "sha1"])
        let md5 = "9e688c58a5487b8eaf69c9e1005ad0bf"
        let sha1 = "c4ea21bb365bbeeaf5f2c654883e56d11e43c44e"
        let others = "0123\timage\nnot a line\n\(String(repeating: "0", count: 32))\tx\n"
        #expect(try text("sums") == others + "\(md5)\timage\n\(sha1)\timage\n")
    }

    @Test func `files of one name in different directories keep a line each`() async throws {
        try FileManager.default.createDirectory(
            atPath: here["sub"],
            withIntermediateDirectories: true
        )
        let files = [try here.write([1], to: "a"), try here.write([2], to: "sub/a")]
        for _ in 0..<2 { _ = try await run(files, "sums") }
        #expect(try text("sums").split(separator: "\n").count == 2)
    }

    @Test func `nothing is written when one of the files cannot be read`() async throws {
        let file = try here.write([1], to: "a")
        let error = await #expect(throws: CommunicatorError.self) {
            try await run([file, here["missing"]], "deep/sums")
        }
        #expect(error?.description.contains(here["missing"]) == true)
        #expect(try here.names() == ["a"])
    }

    @Test func `a checksum file is not hashed into itself`() async throws {
        let files = [try here.write([1], to: "a"), here["sums"]]
        let first = try await run([files[0]], "sums")
        let second = try await run(first.artifact?.files ?? [], "sums")
        #expect(try text("sums") == "55a54008ad1ba589aa210d2629c1df41\ta\n")
        #expect(second.artifact?.files == files)
    }

    @Test func `builds side by side lose no line of a file that they share`() async throws {
        let files = try (0..<20).map { try here.write([UInt8($0)], to: "file\($0)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for file in files {
                group.addTask { _ = try await run([file], "sums", types: ["md5", "sha256"]) }
            }
            try await group.waitForAll()
        }
        #expect(try text("sums").split(separator: "\n").count == 40)
        #expect(try here.names().count == 21)
    }

    @Test func `the file's name knows the build and what the builder found out`() async throws {
        let file = try here.write([1], to: "a")
        let output = here[
            "{{.BuildName}}_{{.BuilderType}}_{{.ChecksumType}}_{{.Host}}_{{build `ID`}}"
        ]
        let artifact = Made(files: [file], data: ["Host": .string("h"), "ID": .string("i")])
        let result = try await prepared(["output": .string(output)])
            .postProcess(artifact, ui: ui)
        #expect(result.artifact?.files.last == here["web_file_md5_h_i"])
        #expect(try await result.artifact?.state("generated_data") == .map(artifact.data))
        #expect(ChecksumConfiguration.defaultOutput.hasPrefix("packer_{{.BuildName}}"))
    }

    @Test func `removing the artifact removes the checksums that it made alone`() async throws {
        let file = try here.write([1], to: "a")
        _ = try here.write([], to: "old-sha1")
        let result = try await run(
            [file],
            "{{if eq .ChecksumType `sha1`}}old-{{end}}{{.ChecksumType}}",
            types: ["md5", "sha1"]
        )
        try await result.artifact?.destroy()
        #expect(try here.names() == ["a", "old-sha1"])
    }

    @Test func `an artifact without files is told and gives no file`() async throws {
        _ = try await run([], "sums")
        #expect(
            await ui.texts == ["The artifact has no files: there is nothing to write checksums of."]
        )
        #expect(try here.names() == [])
    }

    @Test(arguments: ["a\nb", "a\rb"])
    func `a name that could forge a line is refused`(name: String) async throws {
        let file = try here.write([1], to: name)
        let error = await #expect(throws: ChecksumError.self) { try await run([file], "sums") }
        #expect(error?.code == .unwritableName)
    }

    @Test func `adds to no file that is larger than checksums are`() async throws {
        let file = try here.write([1], to: "a")
        let handle = FileHandle(forWritingAtPath: try here.write([], to: "sums"))
        try handle?.truncate(atOffset: ChecksumFile.maximumSize + 1)
        let error = await #expect(throws: ChecksumError.self) { try await run([file], "sums") }
        #expect(error?.code == .outputTooLarge)
        try handle?.truncate(atOffset: ChecksumFile.maximumSize)
        _ = try await run([file], "sums")
    }

    @Test func `ends when it is cancelled, in the middle of a file`() async throws {
        // A hole of four tebibytes takes half an hour.
        let path = try here.write([], to: "endless")
        try FileHandle(forWritingAtPath: path)?.truncate(atOffset: 1 << 42)
        let work = Task { try await run([path], "sums") }
        try await within(.seconds(30), "the end of cancelled work") {
            try await eventually("the file being read") {
                let files = FileManager.default
                return try files.contentsOfDirectory(atPath: "/proc/self/fd").contains { link in
                    path == (try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(link)"))
                }
            }
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
        }
        #expect(try here.names() == ["endless"])
    }

    @Test func `all options that are wrong are told at once`() throws {
        let options: ConfigurationValue = .map([
            "checksum_types": .list([.string("crc32"), .string("md5")]), "output": .string("{{.x"),
            "outptu": .string("x"),
        ])
        let error = #expect(throws: ConfigurationErrors.self) {
            try ChecksumPostProcessor.prepare(options, in: PrepareContext())
        }
        let text = "\(error.map { "\($0)" } ?? "")"
        #expect(error?.problems.count == 3)
        #expect(text.contains("Unrecognized checksum type: crc32;"), "\(text)")
        #expect(text.contains("Error parsing target template"), "\(text)")
        #expect(throws: ConfigurationErrors.self) { try prepared(["checksum_types": .list([])]) }
        #expect(
            try prepared(["output": .string("")]).configuration.outputTemplate.hasPrefix("packer_")
        )
    }

    @Test func `every error says what to do`() {
        #expect(ChecksumError.Code.all.allSatisfy { $0.remedy.hasSuffix(".") })
    }
}
