import Components
import Synchronization
import Testing

@testable import Console

struct QuestionTests {
    private let sink = RecordingSink()

    private func screen(_ terminal: FakeTerminal?, _ style: OutputStyle = OutputStyle()) -> Screen {
        Screen(sink: sink, style: style, terminal: terminal, wallClock: { 0 })
    }

    @Test func `holds what others say until the answer is there`() async throws {
        let terminal = FakeTerminal()
        let screen = screen(terminal)
        let ui = ConsoleInterface(screen, target: "web")
        await ui.say("before")
        let answer = Task { try await ui.ask("Name: ", isSecret: false) }
        await terminal.wait(forQuestions: 1)
        await ui.say("one")
        await ui.error("two")
        #expect(sink.text == "==> web: before\n")
        terminal.answer(.success("me"))
        #expect(try await answer.value == "me")
        #expect(sink.text == "==> web: before\n==> web: one\n==> web: two\n")
    }

    @Test func `lets nobody say more than can be held`() async throws {
        let terminal = FakeTerminal()
        let ui = ConsoleInterface(screen(terminal), target: "web")
        let answer = Task { try await ui.ask("Name: ", isSecret: false) }
        await terminal.wait(forQuestions: 1)
        let piece = String(repeating: "x", count: 1 << 16)
        let said = Mutex(0)
        let speaker = Task {
            for _ in 0..<64 {
                await ui.say(piece)
                said.withLock { $0 += 1 }
            }
        }
        while said.withLock({ $0 }) < 15 { await Task.yield() }
        for _ in 0..<1_000 { await Task.yield() }
        #expect(said.withLock { $0 } <= 17)
        terminal.answer(.success(""))
        _ = try await answer.value
        await speaker.value
        #expect(sink.text.utf8.count > 64 << 16)
    }

    @Test func `asks one question at a time and hides secret answers from then on`() async throws {
        let terminal = FakeTerminal()
        let screen = screen(terminal)
        let one = Task { try await ConsoleInterface(screen).ask("One: ", isSecret: true) }
        await terminal.wait(forQuestions: 1)
        let two = Task {
            try await ConsoleInterface(screen).ask("Two:\u{1B}[2J\n", isSecret: false)
        }
        for _ in 0..<1_000 { await Task.yield() }
        #expect(terminal.questions == ["One: "])
        terminal.answer(.success("hunter2"))
        await terminal.wait(forQuestions: 2)
        #expect(terminal.questions.last == #"Two:\x1b[2J\n"#)
        terminal.answer(.success("b"))
        #expect(try await [one.value, two.value] == ["hunter2", "b"])
        await ConsoleInterface(screen).say("a hunter2 b")
        #expect(sink.text == "a <sensitive> b\n")
    }

    @Test func `goes on after a question that failed`() async throws {
        let terminal = FakeTerminal()
        let ui = ConsoleInterface(screen(terminal))
        let lost = Task { try await ui.ask("Name: ", isSecret: false) }
        await terminal.wait(forQuestions: 1)
        await ui.say("held")
        terminal.answer(.failure(CancellationError()))
        await #expect(throws: CancellationError.self) { try await lost.value }
        #expect(sink.text == "held\n")
    }

    @Test func `does not take a slip of the finger for a secret`() async throws {
        let terminal = FakeTerminal()
        let ui = ConsoleInterface(screen(terminal))
        let answer = Task { try await ui.ask("Secret: ", isSecret: true) }
        await terminal.wait(forQuestions: 1)
        terminal.answer(.success("e"))
        #expect(try await answer.value == "e")
        await ui.say("there")
        #expect(sink.text == "there\n")
    }

    @Test func `asks nobody without a terminal, or where machines read`() async {
        let machine = OutputStyle(isMachineReadable: true)
        for screen in [screen(nil), screen(FakeTerminal(), machine)] {
            #expect(!screen.canAsk)
            let error = await #expect(throws: NoAnswer.self) {
                try await ConsoleInterface(screen).ask("Name: ", isSecret: true)
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains(#""Name:": there is no terminal"#))
        }
        #expect(screen(FakeTerminal()).canAsk)
    }
}

/// A terminal at which the test sits.
private final class FakeTerminal: QuestionTerminal {
    private let state = Mutex(
        (questions: [String](), pending: CheckedContinuation<String, any Error>?.none)
    )

    var questions: [String] { state.withLock { $0.questions } }

    func ask(_ question: String, isSecret: Bool) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            state.withLock { state in
                state.questions.append(question)
                state.pending = continuation
            }
        }
    }

    func wait(forQuestions count: Int) async {
        while questions.count < count { await Task.yield() }
    }

    func answer(_ result: Result<String, any Error>) {
        let pending = state.withLock { state in
            defer { state.pending = nil }
            return state.pending
        }
        pending?.resume(with: result)
    }
}
