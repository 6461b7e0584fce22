import Communicator
import Components
@testable import Console
import Testing

struct ProgressTests {
    private let sink = RecordingSink()
    private let clock = HandClock()
    private let mebibyte: UInt64 = 1 << 20

    @Test func `shows nothing of a transfer that is over within two seconds`() {
        var board = TransferBoard()
        _ = board.record(progress("f", 1), of: "web", at: clock.now)
        clock.advance(by: .milliseconds(1_999))
        #expect(board.line(width: 80, at: clock.now) == nil)
    }

    @Test func `shows bytes, percent, rate and the time left`() {
        var board = TransferBoard()
        for second in 0...5 {
            _ = board.record(progress("/tmp/big", UInt64(second) * 10), of: "web", at: clock.now)
            if second < 5 { clock.advance(by: .seconds(1)) }
        }
        #expect(
            board.line(width: 100, at: clock.now)
                == "web: upload /tmp/big 50.0 MiB of 100.0 MiB (50%), 10.0 MiB/s, 5s left"
        )
    }

    @Test func `measures the rate by the last seconds`() {
        var meter = TransferMeter()
        for _ in 0..<20 {
            meter.record(0, at: clock.now)
            clock.advance(by: .seconds(1))
        }
        for second in 1...12 {
            meter.record(UInt64(second) * 1_000, at: clock.now)
            clock.advance(by: .seconds(1))
        }
        #expect((900...1_000).contains(meter.rate(at: clock.now)))
    }

    @Test func `never overflows on a peer's figures`() {
        var board = TransferBoard()
        for count: UInt64 in [.max, 0, .max - 1] {
            _ = board.record(
                TransferProgress(
                    direction: .download,
                    path: "\u{1B}[2J\n",
                    completed: count,
                    total: 1,
                    isFinished: false
                ),
                of: "web",
                at: clock.now
            )
            clock.advance(by: .seconds(3))
        }
        let line = board.line(width: 200, at: clock.now)
        #expect(line?.contains(#"\x1b[2J\n"#) == true)
    }

    @Test(arguments: [
        (20, "db: 2% | web: 1%"), (50, "db: 2%, 512.0 KiB/s | web: 1%, 256.0 KiB/s"),
        (76, "db: 2%, 512.0 KiB/s, 3m16s left | web: 1%, 256.0 KiB/s, 6m36s left"),
    ])
    func `fits two transfers on one line`(_ width: Int, _ expected: String) {
        var board = TransferBoard()
        let path = "/a/very/long/路径/" + String(repeating: "x", count: 300)
        for mebibytes in [UInt64(0), 1] {
            _ = board.record(progress(path, mebibytes), of: "web", at: clock.now)
            _ = board.record(progress(path, 2 * mebibytes), of: "db", at: clock.now)
            clock.advance(by: .seconds(2))
        }
        let line = board.line(width: width, at: clock.now) ?? ""
        #expect(line == expected)
        for wide in width..<400 {
            let line = board.line(width: wide, at: clock.now) ?? ""
            #expect(DisplayWidth.columns(line) < wide)
            #expect(line.hasPrefix("db: "))
            #expect(line.contains(" | web: "))
        }
    }

    @Test func `shows a single file no longer once it is there`() {
        var board = TransferBoard()
        _ = board.record(progress("f", 1), of: "web", at: clock.now)
        clock.advance(by: .seconds(5))
        var last = progress("f", 100)
        last.isFinished = true
        _ = board.record(last, of: "web", at: clock.now)
        #expect(board.line(width: 80, at: clock.now) == nil)
    }

    @Test func `counts the files of a directory together`() {
        var board = TransferBoard()
        for number in 0..<30 {
            let total = mebibyte
            _ = board.record(
                TransferProgress(
                    direction: .download,
                    path: "d/\(number)",
                    completed: total,
                    total: total,
                    isFinished: true
                ),
                of: "web",
                at: clock.now
            )
            clock.advance(by: .milliseconds(100))
        }
        #expect(
            board.line(width: 80, at: clock.now)?.hasPrefix("web: download d/29 30 files, 30.0 MiB")
                == true
        )
        clock.advance(by: .seconds(1))
        #expect(board.line(width: 80, at: clock.now) == nil)
        #expect(board.isEmpty)
    }

    @Test func `tells machines at most once a second and of the end`() {
        var board = TransferBoard()
        var events: [[String]] = []
        for tick in 0...40 {
            let finished = tick == 40
            let report = TransferProgress(
                direction: .upload,
                path: "f",
                completed: UInt64(tick) * 1_000,
                total: 40_000,
                isFinished: finished
            )
            if let event = board.record(report, of: "web", at: clock.now) { events.append(event) }
            clock.advance(by: .milliseconds(100))
        }
        #expect(events.map { $0[2] } == ["20000", "30000", "40000"])
        #expect(events.first == ["upload", "f", "20000", "40000", "10000", "2"])
        #expect(events.last?.last == "0")
    }

    @Test func `erases the progress line before a line of text and draws it again after`() async {
        let screen = screen()
        let ui = ConsoleInterface(screen, target: "web")
        ui.report(progress("f", 1))
        clock.advance(by: .seconds(3))
        ui.report(progress("f", 30))
        await screen.redraw()
        await ui.say("hello")
        await screen.redraw()
        await screen.finish()
        await ui.say("bye")
        let bar = "web: upload f 30.0 MiB of 100.0 MiB (30%), 9.7 MiB/s, 8s left"
        let text = sink.text
        #expect(text.contains("\r\(bar)\u{1B}[K\r\u{1B}[K==> web: hello\n\r\(bar)\u{1B}[K"))
        #expect(text.hasSuffix("\r\u{1B}[K==> web: bye\n"))
    }

    @Test func `redraws at most five times a second by itself`() async throws {
        let screen = screen()
        let ui = ConsoleInterface(screen, target: "web")
        ui.report(progress("f", 1))
        clock.advance(by: .seconds(3))
        let begin = ContinuousClock.now
        while sink.count < 4 {
            ui.report(progress("f", 2))
            await Task.yield()
            try #require(ContinuousClock.now - begin < .seconds(30), "the line is not redrawn")
        }
        #expect(ContinuousClock.now - begin >= .milliseconds(550))
        await screen.finish()
    }

    @Test func `draws nothing where no terminal is`() async {
        let screen = Screen(
            sink: sink,
            style: OutputStyle(),
            wallClock: { 0 },
            now: { [clock] in clock.now }
        )
        let ui = ConsoleInterface(screen, target: "web")
        ui.report(progress("f", 1))
        clock.advance(by: .seconds(3))
        ui.report(progress("f", 2))
        await screen.redraw()
        #expect(sink.text.isEmpty)
    }

    @Test func `forgets a transfer whose build says that something failed`() async {
        let screen = screen()
        let ui = ConsoleInterface(screen, target: "web")
        ui.report(progress("f", 1))
        clock.advance(by: .seconds(3))
        ui.report(progress("f", 2))
        await screen.redraw()
        await ui.error("uploading f failed")
        await screen.redraw()
        #expect(sink.text.hasSuffix("\r\u{1B}[K==> web: uploading f failed\n"))
    }

    private func screen() -> Screen {
        Screen(
            sink: sink,
            style: OutputStyle(isTerminal: true),
            wallClock: { 0 },
            now: { [clock] in clock.now }
        )
    }

    /// A report of so many of 100 MiB.
    private func progress(_ path: String, _ mebibytes: UInt64) -> TransferProgress {
        TransferProgress(
            direction: .upload,
            path: path,
            completed: mebibytes * mebibyte,
            total: 100 * mebibyte,
            isFinished: false
        )
    }
}
