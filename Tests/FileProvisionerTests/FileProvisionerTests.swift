import Communicator
import Components
import Configuration
import Foundation
import TestSupport
import Testing

@testable import FileProvisioner

/// Transfers that really happen, from this machine to itself.
struct FileProvisionerTests {
    private let near: TemporaryDirectory
    private let far: TemporaryDirectory
    private let ui = RecordingInterface()

    init() throws {
        near = try TemporaryDirectory()
        far = try TemporaryDirectory()
    }

    private func provision(
        _ options: [String: ConfigurationValue],
        data: GeneratedData = GeneratedData()
    ) async throws {
        try await FileProvisioner.prepare(.map(options), in: PrepareContext()).component
            .provision(LocalCommunicator(), ui: ui, data: data)
    }

    private func makeTree(in folder: TemporaryDirectory) throws {
        try FileManager.default.createDirectory(
            atPath: folder["d/sub"],
            withIntermediateDirectories: true
        )
        try folder.write(Array("one".utf8), to: "d/f", mode: 0o640)
        try folder.write(Array("two".utf8), to: "d/sub/with space")
    }

    @Test func `uploads a file under its own name or a new one, with its mode`() async throws {
        let file = try near.write(Array("x".utf8), to: "f.sh", mode: 0o750)
        try await provision(["source": .string(file), "destination": .string(far.path + "/")])
        try await provision(["source": .string(file), "destination": .string(far["g"])])
        #expect(try far.names() == ["f.sh", "g"])
        #expect(try modeBits(of: far["g"]) == 0o750)
        #expect(
            await ui.texts == [
                "Uploading \(file) => \(far.path)/", "Uploading \(file) => \(far["g"])",
            ]
        )
        #expect(ui.finished.count == 2)
    }

    @Test func `uploads a directory or its contents, as the slash says`() async throws {
        try makeTree(in: near)
        try await provision(["source": .string(near["d"]), "destination": .string(far.path)])
        try await provision(["source": .string(near["d/"]), "destination": .string(far["c/"])])
        #expect(try far.names() == ["c", "d"])
        #expect(try far.read("d/sub/with space") == Array("two".utf8))
        #expect(try far.read("c/sub/with space") == Array("two".utf8))
        #expect(try modeBits(of: far["c/f"]) == 0o640)
    }

    @Test func `downloads a directory under its name and goes on with what follows`() async throws {
        try makeTree(in: far)
        let file = try far.write(Array("three".utf8), to: "last")
        try await provision([
            "sources": .list([.string(far["d/"]), .string(file)]),
            "direction": .string("download"), "destination": .string(near["new/a/"]),
        ])
        #expect(try near.read("new/a/d/sub/with space") == Array("two".utf8))
        #expect(try near.read("new/a/last") == Array("three".utf8))
        #expect(try modeBits(of: near["new"]) == 0o755 & ~LocalDirectory.creationMask)
        #expect(
            await ui.texts == [
                "Downloading \(far["d/"]) => \(near["new/a/"])",
                "Downloading \(file) => \(near["new/a/last"])",
            ]
        )
    }

    @Test func `writes content with mode 0600 and fills in what the builder knows`() async throws {
        try await provision(
            ["content": .string("host {{build `Host`}}"), "destination": .string(far["c"])],
            data: GeneratedData(["Host": .string("h")])
        )
        #expect(try far.read("c") == Array("host h".utf8))
        #expect(try modeBits(of: far["c"]) == 0o600)
        #expect(await ui.texts == ["Uploading content => \(far["c"])"])
    }

    @Test(arguments: ["a b", "q'uote", "$(touch hit)", "-dash", "nl\nx", "ünï", "*"])
    func `takes any name literally`(name: String) async throws {
        let file = try near.write(Array(name.utf8), to: name)
        try await provision(["source": .string(file), "destination": .string(far.path + "/")])
        try await provision([
            "source": .string(far[name]), "direction": .string("download"),
            "destination": .string(near["back"]),
        ])
        #expect(try far.names() == [name])
        #expect(try near.read("back") == Array(name.utf8))
    }

    @Test func `moves nothing when one source is missing by then`() async throws {
        let file = try near.write([1], to: "f")
        let error = await #expect(throws: FileProvisionerError.self) {
            try await provision([
                "sources": .list([.string(file), .string(near["later"])]),
                "generated": .bool(true), "destination": .string(far.path + "/"),
            ])
        }
        #expect(error?.code == .badSource)
        #expect(try far.names() == [])
        #expect(await ui.words == [])
    }

    @Test func `says what failed, where and what to do`() async throws {
        let file = try near.write([1], to: "f")
        let target = far["missing/f"]
        await #expect(throws: CommunicatorError.self) {
            try await provision(["source": .string(file), "destination": .string(target)])
        }
        let words = await ui.words
        #expect(words.count == 2)
        guard case .error(let text)? = words.last else {
            Issue.record("\(words)")
            return
        }
        #expect(text.hasPrefix("Upload failed: "))
        #expect(text.contains(target))
        #expect(try far.names() == [])
    }

    @Test func `says how to download a directory when the slash is missing`() async throws {
        try makeTree(in: far)
        let error = await #expect(throws: CommunicatorError.self) {
            try await provision([
                "source": .string(far["d"]), "direction": .string("download"),
                "destination": .string(near["d"]),
            ])
        }
        #expect(error?.remedy?.contains("'\(far["d"])/'") == true)
        #expect(try near.names() == [])
    }

    @Test func `says in which option a text cannot be filled in`() async throws {
        let error = await #expect(throws: FileProvisionerError.self) {
            try await provision([
                "content": .string("x"), "destination": .string("/tmp/{{build `Host`}}"),
            ])
        }
        #expect(error?.message.hasPrefix("Error interpolating destination: ") == true)
    }
}
