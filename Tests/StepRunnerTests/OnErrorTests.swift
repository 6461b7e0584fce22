import Components
import Configuration
import StepRunner
import Testing

/// A run of the steps A, P and C, of which P has the machine provisioned.
private struct Row: Sendable, CustomTestStringConvertible {
    enum End: String, Sendable {
        case success
        case failureOfP
        case failureOfPOnce
        case failureOfC
        case cancellationInP
        case cancellationAtTheEnd
    }

    var end: End
    var onError: OnError
    var answers: [String] = []
    /// What happens, in the letters of ``line(_:)``, with `-debug`; without it pauses are missing.
    var events: String
    var error: String
    var left: [String] = []

    var testDescription: String {
        "\(end.rawValue), \(onError.rawValue) \(answers.joined(separator: " "))"
    }

    var steps: [any Step<[String]>] {
        let provisioning: Act.Behaviour =
            switch end {
            case .failureOfP: .fail()
            case .failureOfPOnce: .fail(times: 1)
            case .cancellationInP: .cancelled
            case .success, .failureOfC, .cancellationAtTheEnd: .succeed
            }
        let last: Act.Behaviour =
            switch end {
            case .failureOfC: .fail()
            case .cancellationAtTheEnd: .cancelledTooLate
            default: .succeed
            }
        return [
            Act(name: "A"),
            Act(name: "P", behaviour: provisioning, runsCleanupProvisioner: true),
            Act(name: "C", behaviour: last),
        ]
    }

    func transcript(isDebugging: Bool) -> [String] {
        events.split(separator: " ").map { Self.line($0) }
            .filter { isDebugging || !$0.hasPrefix("ask: Pausing") }
    }

    /// `A` a run, `a` its clean-up, `A+` the pause after it, `A-` the one before the clean-up,
    /// `A?` and `ask` the question after its failure, `A!` the end of the build, `~A` what is left.
    private static func line(_ event: Substring) -> String {
        let name = event.filter(\.isLetter)
        return switch event {
        case "boom": "error: boom"
        case "interrupted": "error: Interrupted, aborting..."
        case "ask":
            "ask: [c] Clean up and exit, [a] abort without cleanup, or [r] retry step "
                + "(build may fail even if retry succeeds)? "
        case _ where event.hasSuffix("+"):
            "ask: Pausing after run of step '\(name)'. Press enter to continue. "
        case _ where event.hasSuffix("-"):
            "ask: Pausing before cleanup of step '\(name)'. Press enter to continue. "
        case _ where event.hasSuffix("?"): #"say: Step "\#(name)" failed"#
        case _ where event.hasSuffix("!"): #"error: Step "\#(name)" failed, aborting..."#
        case _ where event.hasPrefix("~"):
            #"error: aborted: skipping cleanup of step "\#(name)""#
        default:
            event == event.uppercased() ? "run \(name)" : "clean \(name.uppercased())"
        }
    }

    private static let whole = "A A+ P P+ C C+ C- c P- p A- a"

    static let all: [Row] =
        OnError.allCases.map { Row(end: .success, onError: $0, events: whole, error: "") }
        + failures + questions + cancellations

    private static let failures = [
        Row(end: .failureOfP, onError: .cleanUp, events: "A A+ P p A- a", error: "boom"),
        Row(
            end: .failureOfP,
            onError: .abort,
            events: "A A+ P boom P! A- ~A",
            error: "boom",
            left: ["A", "P"]
        ),
        Row(
            end: .failureOfP,
            onError: .runCleanupProvisioner,
            events: "A A+ P p A- boom P! ~A",
            error: "boom",
            left: ["A"]
        ),
        Row(
            end: .failureOfC,
            onError: .cleanUp,
            events: "A A+ P P+ C c P- p A- a",
            error: "boom"
        ),
        Row(
            end: .failureOfC,
            onError: .abort,
            events: "A A+ P P+ C boom C! P- ~P A- ~A",
            error: "boom",
            left: ["A", "P", "C"]
        ),
        Row(
            end: .failureOfC,
            onError: .runCleanupProvisioner,
            events: "A A+ P P+ C boom C! P- p A- ~A",
            error: "boom",
            left: ["A", "C"]
        ),
    ]

    private static let questions = [
        Row(
            end: .failureOfP,
            onError: .ask,
            answers: ["c"],
            events: "A A+ P boom P? ask p A- a",
            error: "boom"
        ),
        Row(
            end: .failureOfP,
            onError: .ask,
            answers: ["Abort"],
            events: "A A+ P boom P? ask P! A- ~A",
            error: "boom",
            left: ["A", "P"]
        ),
        Row(
            end: .failureOfC,
            onError: .ask,
            answers: ["r", "r", "a"],
            events: "A A+ P P+ C boom C? ask C boom C? ask C boom C? ask C! P- ~P A- ~A",
            error: "boom",
            left: ["A", "P", "C", "C", "C"]
        ),
        Row(
            end: .failureOfC,
            onError: .ask,
            answers: [""],
            events: "A A+ P P+ C boom C? ask c P- p A- a",
            error: "boom"
        ),
        Row(
            end: .failureOfPOnce,
            onError: .ask,
            answers: ["R"],
            events: "A A+ P boom P? ask P P+ C C+ C- c P- p A- a",
            error: ""
        ),
    ]

    private static let cancellations =
        [OnError.cleanUp, .ask].flatMap { onError in
            [
                Row(
                    end: .cancellationInP,
                    onError: onError,
                    events: "A A+ P p a",
                    error: "cancelled"
                ),
                Row(
                    end: .cancellationAtTheEnd,
                    onError: onError,
                    events: "A A+ P P+ C c p a",
                    error: "cancelled"
                ),
            ]
        } + [
            Row(
                end: .cancellationInP,
                onError: .abort,
                events: "A A+ P interrupted ~A",
                error: "cancelled",
                left: ["A", "P"]
            ),
            Row(
                end: .cancellationInP,
                onError: .runCleanupProvisioner,
                events: "A A+ P p interrupted ~A",
                error: "cancelled",
                left: ["A"]
            ),
            Row(
                end: .cancellationAtTheEnd,
                onError: .abort,
                events: "A A+ P P+ C interrupted ~P ~A",
                error: "cancelled",
                left: ["A", "P", "C"]
            ),
            Row(
                end: .cancellationAtTheEnd,
                onError: .runCleanupProvisioner,
                events: "A A+ P P+ C interrupted p ~A",
                error: "cancelled",
                left: ["A", "C"]
            ),
        ]
}

@Suite struct OnErrorTests {
    @Test(arguments: Row.all, [false, true])
    private func `does after an error what the person chose, as Packer does`(
        row: Row,
        isDebugging: Bool
    ) async {
        let run = await Run.of(
            row.steps,
            Person(answers: row.answers),
            isDebugging: isDebugging,
            onError: row.onError
        )
        #expect(run.heard == row.transcript(isDebugging: isDebugging))
        #expect(run.error == row.error)
        #expect(run.left == row.left)
    }

    @Test func `asks again when the answer is none`() async {
        let steps = [Act(name: "A", behaviour: .fail())]
        let run = await Run.of(steps, Person(answers: ["x\"", " a", "a"]), onError: .ask)
        #expect(run.heard.filter { $0.hasPrefix("ask") }.count == 3)
        #expect(
            run.heard.filter { $0.hasPrefix("say: Incorrect") } == [
                #"say: Incorrect input: "x\"""#, #"say: Incorrect input: " a""#,
            ]
        )
        #expect(run.left == ["A"])
    }

    @Test func `cleans up when there is nobody to ask, and says why`() async {
        let run = await Run.of([Act(name: "A", behaviour: .fail())], Person(), onError: .ask)
        #expect(run.heard.contains { $0.hasSuffix("there is no terminal; cleaning up") })
        #expect(run.heard.last == "clean A")
        #expect(run.left == [])
        #expect(run.error == "boom")
    }

    @Test func `does as the core said when the builder was prepared`() async throws {
        let context = PrepareContext(isDebugging: true, onError: .abort)
        let person = Person()
        var state: [String] = []
        let steps = [Act(name: "A"), Act(name: "B", behaviour: .fail())]
        await #expect(throws: Boom.self) {
            try await StepRunner(steps, ui: person, in: context).run(&state)
        }
        #expect(state == ["A", "B"])
        #expect(await person.heard.count { $0.hasPrefix("ask: Pausing") } == 2)
    }
}
