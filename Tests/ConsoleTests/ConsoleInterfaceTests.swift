import Components
import Console
import Synchronization
import Testing

struct ConsoleInterfaceTests {
    private let sink = RecordingSink()

    @Test func `prints Packer's prefixes before every line`() async {
        let ui = ConsoleInterface(screen(OutputStyle()), target: "web", color: .green)
        await ui.say("one\ntwo")
        await ui.message("three\r\nfour")
        await ui.error("five")
        await ui.say("")
        await ui.withoutPrefix.say("Build 'web' finished.")
        #expect(
            sink.text == """
                ==> web: one
                ==> web: two
                    web: three
                    web: four
                ==> web: five
                ==> web:
                Build 'web' finished.

                """
        )
    }

    @Test func `paints each line in the build's colour and errors red`() async {
        let ui = ConsoleInterface(
            screen(OutputStyle(usesColor: true)),
            target: "web",
            color: .ofBuild(0)
        )
        await ui.say("one\ntwo")
        await ui.error("bad")
        #expect(
            sink.text == "\u{1B}[1;32m==> web: one\u{1B}[0m\n\u{1B}[1;32m==> web: two\u{1B}[0m\n"
                + "\u{1B}[1;31m==> web: bad\u{1B}[0m\n"
        )
    }

    @Test func `gives builds Packer's colours in their order`() {
        let colors = (0...5).map { TerminalColor.ofBuild($0) }
        #expect(colors == [.green, .cyan, .magenta, .yellow, .blue, .green])
    }

    @Test func `begins each line with the time when asked to`() async {
        let ui = ConsoleInterface(screen(OutputStyle(hasTimestamps: true)), target: "web")
        await ui.say("one")
        #expect(sink.text == "2026-11-22T15:01:36Z: ==> web: one\n")
    }

    @Test func `writes machine-readable events as Packer escapes them`() async {
        let screen = screen(OutputStyle(isMachineReadable: true))
        let ui = ConsoleInterface(screen, target: "web", color: .green)
        await ui.say("a, b\nc\rd")
        await ui.error("bad")
        await ui.machine("artifact", ["0", "string", "x,y"])
        await ConsoleInterface(screen).machine("error-count", ["1"])
        #expect(
            sink.text == #"""
                1795359696,,ui,say,==> web: a%!(PACKER_COMMA) b\n==> web: c\rd
                1795359696,,ui,error,==> web: bad
                1795359696,web,artifact,0,string,x%!(PACKER_COMMA)y
                1795359696,,error-count,1

                """#
        )
    }

    @Test func `shows control characters from the far side instead of obeying them`() async {
        let ui = ConsoleInterface(screen(OutputStyle()), target: "web")
        await ui.say("a\u{1B}[2Jb\u{1B}]0;title\u{07}c\u{1B}[31mred\u{1B}[0md\te\u{9B}f\u{7F}")
        await ui.say("\u{202E}gnp.exe \u{08}\rover")
        #expect(
            sink.text == #"==> web: a\x1b[2Jb\x1b]0;title\x07credd"# + "\t" + #"e\x9bf\x7f"# + "\n"
                + #"==> web: \u{202e}gnp.exe \x08\x0dover"# + "\n"
        )
    }

    @Test(arguments: [
        "\u{1B}", "\u{1B}[", "\u{1B}[3", "\u{1B}[38;2;1;1;1", "\u{1B}[1;1H",
        "\u{1B}[" + String(repeating: "1", count: 100) + "m",
    ])
    func `lets no unfinished or foreign sequence pass with the colours`(_ text: String) {
        #expect(!TerminalText.harmless(text, keepsColor: true).contains("\u{1B}"))
    }

    @Test func `lets the far side's colours pass where colours are on`() {
        let text = "\u{1B}[38;5;196mred\u{1B}[m"
        #expect(TerminalText.harmless(text, keepsColor: true) == text)
        #expect(TerminalText.harmless(text, keepsColor: false) == "red")
    }

    @Test(arguments: [
        (true, true, [:], true), (false, true, [:], false), (true, false, [:], false),
        (true, true, ["TERM": "dumb"], false), (true, true, ["NO_COLOR": "1"], false),
        (true, true, ["NO_COLOR": ""], true), (true, true, ["PACKER_NO_COLOR": "1"], false),
    ])
    func `colours only a terminal that nothing forbids it for`(
        _ isTerminal: Bool,
        _ flag: Bool,
        _ environment: [String: String],
        _ expected: Bool
    ) {
        let style = OutputStyle.fitting(
            isTerminal: isTerminal,
            color: flag,
            environment: { environment[$0] }
        )
        #expect(style.usesColor == expected)
    }

    @Test(arguments: [true, false])
    func `hides secrets, and the lines of those that have several`(_ forMachines: Bool) async {
        let screen = screen(OutputStyle(isMachineReadable: forMachines))
        await screen.hide(["hunter2", "hunter2,long", "line one\nline two", ""])
        let ui = ConsoleInterface(screen, target: "web")
        await ui.say("got hunter2,long and hunter2")
        await ui.error("line two")
        await ui.machine("error", ["hunter2"])
        #expect(sink.text.contains("got <sensitive> and <sensitive>\n"))
        #expect(sink.text.contains("==> web: <sensitive>\n"))
        #expect(!sink.text.contains("hunter2"))
    }

    @Test func `never mixes lines of builds that speak at once`() async {
        let screen = screen(OutputStyle())
        await withTaskGroup { group in
            for number in 0..<8 {
                group.addTask {
                    let ui = ConsoleInterface(screen, target: "b\(number)")
                    for line in 0..<50 { await ui.say("\(line)\n\(line)") }
                }
            }
        }
        let lines = sink.text.split(separator: "\n")
        #expect(lines.count == 800)
        #expect(stride(from: 0, to: 800, by: 2).allSatisfy { lines[$0] == lines[$0 + 1] })
    }

    @Test func `tells once that nobody reads any more and swallows the rest`() async {
        let calls = Mutex(0)
        let screen = Screen(
            sink: sink,
            style: OutputStyle(),
            wallClock: { 0 },
            onClosed: { calls.withLock { $0 += 1 } }
        )
        let ui = ConsoleInterface(screen, target: "web")
        await ui.say("heard")
        sink.close()
        await ui.say("lost")
        await ui.say("lost too")
        #expect(calls.withLock { $0 } == 1)
        #expect(sink.text == "==> web: heard\n")
    }

    private func screen(_ style: OutputStyle) -> Screen {
        Screen(sink: sink, style: style, wallClock: { 1_795_359_696 })
    }
}

struct DurationTextTests {
    @Test(arguments: [
        (Duration.microseconds(6_237), "6 milliseconds 237 microseconds"),
        (.milliseconds(2_005), "2 seconds 5 milliseconds"), (.seconds(61), "1 minute 1 second"),
        (.milliseconds(60_005), "1 minute 5 milliseconds"), (.zero, "0 seconds"),
        (.seconds(3_600), "1 hour"), (.seconds(86_400 * 8), "1 week 1 day"),
    ])
    func `spells a duration out by its two largest parts`(_ duration: Duration, _ text: String) {
        #expect(duration.spelledOut == text)
    }

    @Test(arguments: [
        (Duration.milliseconds(999), "0s"), (.seconds(40), "40s"), (.seconds(300), "5m0s"),
        (.milliseconds(3_723_900), "1h2m3s"), (.seconds(-1), "0s"),
    ])
    func `writes a duration to the second as Go does`(_ duration: Duration, _ text: String) {
        #expect(duration.clockText == text)
    }
}
