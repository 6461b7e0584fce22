import Communicator
import Components
import Configuration
import TestSupport
import Testing

@testable import ShellProvisioner

struct ShellRetryTests {
    private static func failure(_ code: CommunicatorError.Code) -> CommunicatorError {
        CommunicatorError(code, operation: "opening", target: "a channel", detail: "no luck")
    }

    private func provision(
        _ machine: FaultyCommunicator,
        _ options: [String: ConfigurationValue] = [:],
        ui: RecordingInterface = RecordingInterface()
    ) async throws {
        let options = options.merging(["inline": .string("true")]) { one, _ in one }
        var provisioner = try ShellProvisioner.prepare(.map(options), in: PrepareContext())
            .component
        provisioner.clock = TestClock()
        try await provisioner.provision(machine, ui: ui, data: GeneratedData())
    }

    @Test func `starts over in a new folder when an upload loses the connection`() async throws {
        let machine = FaultyCommunicator { request, number in
            if case .upload = request, number < 4 { throw Self.failure(.disconnected) }
            return .exited(0)
        }
        try await provision(machine)
        #expect(machine.scriptRuns == 1)
        let made = machine.log.filter { "\($0)".contains("mkdir") }
        #expect(made.count == 3)
        #expect(Set(made.map { "\($0)" }).count == 3)
        #expect(machine.log.count { $0.isRemoval } == 1)
        #expect("\(machine.log.last as Any)".split(separator: "packer-shell-").count == 4)
    }

    @Test(arguments: [CommunicatorError.Code.noSpace, .permissionDenied, .unsupported])
    func `gives up at once when an upload can never succeed`(
        code: CommunicatorError.Code
    ) async {
        let machine = FaultyCommunicator { request, _ in
            if case .upload = request { throw Self.failure(code) }
            return .exited(0)
        }
        let error = await #expect(throws: ShellProvisionerError.self) {
            try await provision(machine)
        }
        #expect(error?.code == .notStarted)
        #expect(error?.message.hasPrefix("Error uploading script: ") == true)
        #expect(machine.log.count == 3)
        #expect(machine.log.last?.isRemoval == true)
    }

    @Test func `starts again when the server refused the channel`() async throws {
        let machine = FaultyCommunicator { request, number in
            if request.isScript, number < 5 { throw Self.failure(.channelRefused) }
            return .exited(0)
        }
        try await provision(machine)
        #expect(machine.scriptRuns == 2)
    }

    @Test func `never starts a script again that may have started`() async {
        for throwsError in [true, false] {
            let machine = FaultyCommunicator { request, _ in
                guard request.isScript else { return .exited(0) }
                if throwsError { throw Self.failure(.disconnected) }
                return .disconnected
            }
            let error = await #expect(throws: ShellProvisionerError.self) {
                try await provision(machine)
            }
            #expect(error?.code == .scriptDisconnected)
            #expect(machine.scriptRuns == 1)
            #expect(machine.log.last?.isRemoval == true)
        }
    }

    @Test func `cleans up when a machine that went down is back`() async throws {
        let machine = FaultyCommunicator { request, number in
            if request.isScript { return .disconnected }
            if request.isRemoval, number < 8 { throw Self.failure(.connectionFailed) }
            return .exited(0)
        }
        let ui = RecordingInterface()
        try await provision(machine, ["expect_disconnect": .bool(true)], ui: ui)
        #expect(machine.log.count { $0.isRemoval } == 5)
        #expect(await ui.texts.contains { $0.hasPrefix("Cannot clean up yet: ") })
    }

    @Test func `does not wait for a machine on which nothing is to be removed`() async throws {
        let machine = FaultyCommunicator { request, _ in
            request.isScript ? .disconnected : .exited(0)
        }
        try await provision(
            machine,
            ["expect_disconnect": .bool(true), "skip_clean": .bool(true)]
        )
        #expect(machine.log.allSatisfy { !$0.isRemoval })
    }

    @Test(arguments: [RemoteCmd.ExitStatus.disconnected, .exited(0)])
    func `removes the user's variables though the script is to stay`(
        end: RemoteCmd.ExitStatus
    ) async throws {
        let machine = FaultyCommunicator { request, _ in request.isScript ? end : .exited(0) }
        try await provision(
            machine,
            [
                "expect_disconnect": .bool(true), "skip_clean": .bool(true),
                "env": .map(["TOKEN": .string("geheim")]),
            ]
        )
        let removals = machine.log.filter(\.isRemoval)
        #expect(removals.count == 1)
        #expect("\(removals)".contains("/environment.sh"))
        #expect(!"\(removals)".contains("-rf"))
    }

    @Test func `warns with the path when it cannot clean up`() async throws {
        let machine = FaultyCommunicator { request, _ in
            if request.isRemoval { throw Self.failure(.permissionDenied) }
            return .exited(0)
        }
        let ui = RecordingInterface()
        try await provision(machine, ui: ui)
        let warning = await ui.texts.last ?? ""
        #expect(warning.hasPrefix("Warning: could not remove /tmp/packer-shell-"))
        #expect(await ui.words.last == .error(warning))
    }

    @Test func `keeps what was at remote_path when the upload failed`() async {
        let machine = FaultyCommunicator { request, _ in
            if request == .upload("/opt/x.sh") { throw Self.failure(.noSpace) }
            return .exited(0)
        }
        await #expect(throws: ShellProvisionerError.self) {
            try await provision(machine, ["remote_path": .string("/opt/x.sh")])
        }
        #expect(machine.log.contains(.upload("/opt/x.sh")))
        #expect(!machine.log.contains { $0.isRemoval && "\($0)".contains("/opt/x.sh") })
    }

    @Test func `waits for a machine that restarts after its script ended well`() async throws {
        let machine = FaultyCommunicator { request, number in
            if request.isRemoval, number < 30 { throw Self.failure(.disconnected) }
            return .exited(0)
        }
        try await provision(machine, ["expect_disconnect": .bool(true)])
        #expect(machine.log.count { $0.isRemoval } == 27)
    }

    @Test func `says which step failed when it never came to a start`() async {
        let machine = FaultyCommunicator { request, _ in
            if request.isScript { throw Self.failure(.channelRefused) }
            return .exited(0)
        }
        let error = await #expect(throws: ShellProvisionerError.self) {
            try await provision(machine, ["start_retry_timeout": .string("5s")])
        }
        #expect(error?.message.hasPrefix("Error starting script: ") == true)
        #expect(machine.scriptRuns > 2)
    }

    @Test func `gives up while the machine is away when it is cancelled`() async {
        let machine = FaultyCommunicator { _, _ in throw Self.failure(.connectionFailed) }
        let provisioner = try? ShellProvisioner.prepare(
            .map(["inline": .string("true")]),
            in: PrepareContext()
        ).component
        let (heard, continuation) = AsyncStream.makeStream(of: Void.self)
        let ui = RecordingInterface()
        await ui.listen { if case .message = $0 { continuation.yield() } }
        let work = Task {
            try await provisioner?.provision(machine, ui: ui, data: GeneratedData())
        }
        for await _ in heard { break }
        work.cancel()
        let result = await work.result
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(machine.log.allSatisfy { "\($0)".contains("mkdir") })
    }

    @Test func `fails with the words of mkdir when the folder cannot be made`() async {
        let machine = FaultyCommunicator { _, _ in .exited(1) }
        let error = await #expect(throws: ShellProvisionerError.self) {
            try await provision(machine)
        }
        #expect(error?.message.contains("mkdir -m 700") == true)
        #expect(machine.log.count == 1)
    }

    @Test(
        arguments: [
            [:], ["expect_disconnect": .bool(true)],
            ["valid_exit_codes": .list([.integer(0), .integer(2_300_218)])],
        ] as [[String: ConfigurationValue]]
    )
    func `says what the end of the connection means for a script`(
        options: [String: ConfigurationValue]
    ) async throws {
        let machine = FaultyCommunicator { _, _ in .exited(0) }
        let more: [String: ConfigurationValue] = [
            "start_retry_timeout": .string("70s"), "output_grace": .string("3s"),
        ]
        try await provision(machine, options.merging(more) { one, _ in one })
        let script = try #require(machine.commands.dropFirst().first)
        let mayGo = !options.isEmpty
        #expect(
            script.disconnect == (mayGo ? .expected(returnWithin: .seconds(70)) : .unexpected)
        )
        #expect(script.endsWithConnection == !mayGo)
        #expect(script.outputGrace == .seconds(3))
    }

    @Test func `connects once more to end a script that lost its connection`() async {
        for answers in [true, false] {
            let machine = FaultyCommunicator { request, number in
                if request.isScript { return .disconnected }
                if number == 4 { throw Self.failure(.disconnected) }
                if number > 4, !answers { throw Self.failure(.connectionFailed) }
                return .exited(0)
            }
            let ui = RecordingInterface()
            await #expect(throws: ShellProvisionerError.self) {
                try await provision(machine, ui: ui)
            }
            #expect(machine.log.count == (answers ? 7 : 6))
            let texts = await ui.texts
            #expect(texts.contains { $0.contains("could not remove /tmp/packer-") } == !answers)
        }
    }

    @Test func `ends a script of another user with the command that ran it`() async throws {
        let machine = FaultyCommunicator { request, _ in
            request.isScript && !"\(request)".contains("/end.sh") ? .disconnected : .exited(0)
        }
        let ui = RecordingInterface()
        await #expect(throws: ShellProvisionerError.self) {
            let command = "sudo -S sh {{.Path}}"
            try await provision(machine, ["execute_command": .string(command)], ui: ui)
        }
        let asked = machine.log.map { "\($0)" }.filter { $0.contains("/end.sh") }
        #expect(asked.count == 2)
        #expect(asked.first?.contains("upload") == true)
        #expect(asked.last?.contains("sudo -S sh /tmp/packer-shell-") == true)
        #expect(machine.log.last?.isRemoval == true)
        // This machine's shell reports nothing.
        #expect(
            await ui.texts.contains { $0.hasPrefix("Warning: it is not known whether script ") }
        )
    }

    @Test func `looks for no process of a script whose end was seen`() async {
        let machine = FaultyCommunicator { request, _ in request.isScript ? .exited(3) : .exited(0)
        }
        await #expect(throws: ShellProvisionerError.self) { try await provision(machine) }
        #expect(machine.commands.allSatisfy { $0.text != Array("exec sh -s".utf8) })
    }

    @Test func `pauses after success only, in Packer's words`() async throws {
        let ui = RecordingInterface()
        try await provision(
            FaultyCommunicator { _, _ in .exited(0) },
            ["pause_after": .string("90s")],
            ui: ui
        )
        #expect(
            await ui.words == [
                .say("Provisioning with shell script: inline"),
                .say("Pausing 1m30s after this provisioner..."),
            ]
        )
    }
}
