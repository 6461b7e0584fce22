import Communicator
import Components
import Configuration
@testable import StepRunner
import Synchronization
import TestSupport
import Testing

/// A step of which only the clean-up matters.
private struct CleaningStep: Step {
    var name = "Cleaning"
    var cleanUpLimit: Duration = .seconds(30)
    var work: @Sendable (inout [String]) async throws -> Void

    func run(_ state: inout [String], ui: any UserInterface) { state.append(name) }

    func cleanUp(
        _ state: inout [String],
        after outcome: StepOutcome,
        ui: any UserInterface
    ) async throws { try await work(&state) }
}

private struct StepBare: Step {
    func run(_ state: inout [String], ui: any UserInterface) {}
}

/// A hook that remembers what was run, and fails where it was told to.
private actor RecordingHook: Hook {
    private(set) var names: [HookName] = []
    private let failures: Set<HookName>

    init(failing failures: Set<HookName> = []) { self.failures = failures }

    func run(
        _ name: HookName,
        ui: any UserInterface,
        machine: any Communicator,
        data: GeneratedData
    ) throws {
        names.append(name)
        #expect(data.text("Host") == "h")
        if failures.contains(name) { throw Boom() }
    }
}

@Suite struct StepRunnerTests {
    @Test func `runs no step when the build is cancelled before`() async {
        let person = Person()
        let task = Task {
            unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
            var state: [String] = []
            try await StepRunner([Act(name: "A")], ui: person).run(&state)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(await person.heard == [])
    }

    @Test func `runs nothing, and that well`() async throws {
        var state = ["kept"]
        try await StepRunner([], ui: Person(), onError: .abort).run(&state)
        #expect(state == ["kept"])
    }

    @Test func `names a step by its type`() {
        #expect(StepBare().name == "StepBare")
        #expect(StepBare().cleanUpLimit == .seconds(300))
        #expect(!StepBare().runsCleanupProvisioner)
    }

    @Test func `takes a step's own cancellation for a failure`() async {
        let steps = [CancelledStep()]
        let person = Person()
        let run = await Run.of(steps, person, onError: .abort)
        #expect(run.error == "cancelled")
        #expect(run.heard.last == #"error: Step "CancelledStep" failed, aborting..."#)
    }

    private struct CancelledStep: Step {
        func run(_ state: inout [String], ui: any UserInterface) throws {
            throw CancellationError()
        }
    }

    @Test(arguments: [false, true])
    func `cleans up the others when a clean-up fails`(isFailure: Bool) async {
        let middle = CleaningStep { state in
            state.append("half")
            throw Boom()
        }
        let last = Act(name: "C", behaviour: isFailure ? .fail() : .succeed)
        let run = await Run.of([Act(name: "A"), middle, last], Person())
        #expect(run.error == (isFailure ? "boom" : ""))
        #expect(
            run.heard == [
                "run A", "run C", "clean C", #"error: Cleanup of step "Cleaning" failed: boom"#,
                "clean A",
            ]
        )
        #expect(run.left == ["Cleaning", "half"])
    }

    @Test func `cancels a clean-up that takes too long`() async throws {
        let slow = CleaningStep(cleanUpLimit: .milliseconds(20)) { state in
            state.append("half")
            try await Task.sleep(for: .seconds(3600))
        }
        let run = try await within(.seconds(30), "the end of the clean-up") {
            await Run.of([Act(name: "A"), slow], Person())
        }
        #expect(run.error == "")
        #expect(
            run.heard == [
                "run A",
                #"error: Cleanup of step "Cleaning" was cancelled after 20ms: "#
                    + "CancellationError(); look for what it has left",
                "clean A",
            ]
        )
        #expect(run.left == ["Cleaning", "half"])
    }

    @Test func `does not wait for a clean-up that does not end`() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        defer { open.finish() }
        let stuck = CleaningStep(cleanUpLimit: .milliseconds(20)) { state in
            state = []
            await Task.detached { for await _ in gate {} }.value
        }
        let run = try await within(.seconds(30), "the end of the clean-up") {
            let person = Person()
            var state: [String] = []
            var runner = StepRunner([Act(name: "A"), stuck], ui: person)
            runner.grace = .milliseconds(20)
            try await runner.run(&state)
            return Run(error: "", heard: await person.heard, left: state)
        }
        #expect(
            run.heard == [
                "run A",
                #"error: Cleanup of step "Cleaning" has not ended 40ms after its start and is no "#
                    + "longer waited for; look for what it has left",
                "clean A",
            ]
        )
        #expect(run.left == ["Cleaning"])
    }

    @Test(arguments: ["Pausing after run of step 'A'", "[c] Clean up"])
    func `stops asking and cleans up when the build is cancelled`(question: String) async throws {
        let person = Person(answers: ["r"])
        let running = Mutex<Task<Void, any Error>?>(nil)
        await person.whenAsked { asked in
            if asked.hasPrefix(question) { running.withLock { $0?.cancel() } }
        }
        let isAsking = question.hasPrefix("[")
        let steps = [Act(name: "A", behaviour: isAsking ? .fail() : .succeed), Act(name: "B")]
        let (started, start) = AsyncStream<Void>.makeStream()
        let task = Task {
            for await _ in started {}
            var state: [String] = []
            try await StepRunner(steps, ui: person, isDebugging: true, onError: .ask).run(&state)
        }
        running.withLock { $0 = task }
        start.finish()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(await person.heard.last == "clean A")
        #expect(await !person.heard.contains("run B"))
    }

    @Test(arguments: OnError.allCases)
    func `has the machine provisioned`(onError: OnError) async {
        let hook = RecordingHook()
        let run = await Run.of([provision(hook)], Person(), onError: onError)
        #expect(run.error == "")
        #expect(await hook.names == [.provision])
    }

    @Test(arguments: [
        (OnError.cleanUp, true), (.abort, false), (.runCleanupProvisioner, true),
    ])
    func `has the error-cleanup provisioner run while the machine is there`(
        onError: OnError,
        isRun: Bool
    ) async {
        for failing in [HookName.provision, nil] {
            let hook = RecordingHook(failing: failing.map { [$0] } ?? [])
            let last = Act(name: "C", behaviour: .fail())
            let person = Person()
            let run = await Run.of(
                [Act(name: "A"), provision(hook), last],
                person,
                onError: onError
            )
            #expect(run.error == "boom")
            #expect(await hook.names == [.provision] + (isRun ? [.cleanupProvision] : []))
            let words = "say: Provisioning step had errors: Running the cleanup provisioner,"
            let said = run.heard.firstIndex { $0.hasPrefix(words) }
            #expect((said != nil) == isRun)
            if onError == .cleanUp { #expect(run.heard.last == "clean A") }
        }
    }

    @Test func `keeps the error of the step when the error-cleanup provisioner fails too`() async {
        let hook = RecordingHook(failing: [.provision, .cleanupProvision])
        let run = await Run.of([provision(hook)], Person())
        #expect(run.error == "boom")
        #expect(run.heard.last == #"error: Cleanup of step "StepProvision" failed: boom"#)
    }

    private func provision(_ hook: RecordingHook) -> ProvisionStep<[String]> {
        ProvisionStep(hook: hook) { _ in
            LocalCommunicator()
        } data: { _ in
            GeneratedData(["Host": .string("h")])
        }
    }
}
