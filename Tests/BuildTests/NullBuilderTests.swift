import Build
import NullBuilder
import Communicator
import Components
import Configuration
import Console
import Foundation
import Synchronization
import TestSupport
import Testing

struct NullBuilderTests {
    private let output = TestScreen()

    @Test func `refuses transfers and commands at once when there is no communicator`() async throws
    {
        let refusals = Mutex([String]())
        let hook = FakeHook { machine, _ in
            do {
                try await machine.upload(.bytes([1]), to: "/x")
            } catch let error as CommunicatorError {
                #expect(error.code == .unsupported)
                refusals.withLock { $0.append(error.detail) }
            }
            do {
                _ = try await machine.run(RemoteCmd("true")) { _ in }
            } catch let error as CommunicatorError {
                #expect(error.code == .unsupported)
                refusals.withLock { $0.append(error.detail) }
            }
        }
        let artifact = try await builder(["communicator": "none"]).run(ui: ui, hook: hook)
        #expect(artifact?.summary == "Did not export anything. This is the null builder")
        #expect(artifact?.id == "Null")
        #expect(artifact?.builderID == "fnoeding.null")
        #expect(
            refusals.withLock { $0 } == [
                "Upload is not implemented when communicator = 'none'",
                "Running commands is not implemented when communicator = 'none'",
            ]
        )
    }

    @Test func `tells provisioners what Packer's null builder tells them`() async throws {
        let seen = Mutex(GeneratedData())
        let hook = FakeHook { _, data in seen.withLock { $0 = data } }
        _ = try await builder(["communicator": "local"]).run(ui: ui, hook: hook)
        let data = seen.withLock { $0 }
        #expect(data.text("ID") == "Null")
        #expect(data.text("ConnType") == "local")
        #expect(data.text("Port") == "0")
        #expect(data.text("PackerHTTPAddr") == "ERR_HTTP_ADDR_NOT_IMPLEMENTED_BY_BUILDER")
        #expect(data.text("PackerRunUUID")?.count == 36)
    }

    @Test func `runs the cleanup hook after a failure and reports the first error`() async throws {
        let hook = FakeHook(cleanup: { throw FakeFailure(description: "cleanup too") }) { _, _ in
            throw FakeFailure(description: "script failed")
        }
        let builder = try builder(["communicator": "none"])
        let error = await #expect(throws: BuildError.self) {
            try await builder.run(ui: ui, hook: hook)
        }
        #expect(
            error?.description
                == "Cleanup failed: cleanup too. Original Provisioning error: script failed"
        )
        #expect(output.text.contains("Running the cleanup provisioner, if present..."))
    }

    @Test func `runs the error-cleanup provisioner after a failure`() async throws {
        let cleaned = Mutex(false)
        let build = PreparedBuild(
            name: "null",
            builder: try builder(["communicator": "none"]),
            provisioners: [
                PreparedProvisioner(
                    type: "fake",
                    provisioner: FakeProvisioner { _ in throw FakeFailure(description: "no") }
                )
            ],
            errorCleanup: PreparedProvisioner(
                type: "fake",
                provisioner: FakeProvisioner { _ in cleaned.withLock { $0 = true } }
            )
        )
        _ = await BuildRun([build], on: output.screen()).run()
        #expect(cleaned.withLock { $0 })
        #expect(output.text.contains("Build 'null' errored after TIME: no\n"))
    }

    private var ui: ConsoleInterface { ConsoleInterface(output.screen(), target: "null") }

    private func builder(_ options: [String: String]) throws -> NullBuilder {
        try NullBuilder.prepare(
            .map(options.mapValues { .string($0) }),
            in: PrepareContext()
        ).component
    }
}

/// A hook whose work is a closure.
private struct FakeHook: Hook {
    var cleanup: @Sendable () async throws -> Void = {}
    var work: @Sendable (any Communicator, GeneratedData) async throws -> Void

    func run(
        _ name: HookName,
        ui: any UserInterface,
        machine: any Communicator,
        data: GeneratedData
    ) async throws {
        switch name {
        case .provision: try await work(machine, data)
        case .cleanupProvision: try await cleanup()
        }
    }
}
