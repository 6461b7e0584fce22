import Build
import Components
import Console
import Synchronization
import Testing

struct BuildRunTests {
    private let output = TestScreen()

    @Test func `prints results in the template's order, in Packer's words`() async {
        let second = Gate()
        let builds = [
            build("slow", artifact: FakeArtifact()) { _ in await second.pass() },
            build("fast") { ui in
                await ui.say("working")
                second.open()
            },
        ]
        let results = await BuildRun(builds, on: output.screen()).run()
        #expect(results.map(\.name) == ["slow", "fast"])
        let ends = output.lines.prefix(3).sorted()
        #expect(
            ends == [
                "==> fast: working", "Build 'fast' finished after TIME.",
                "Build 'slow' finished after TIME.",
            ]
        )
        #expect(
            output.lines.dropFirst(3).joined(separator: "\n") == """

                ==> Wait completed after TIME

                ==> Builds finished. The artifacts of successful builds are:
                --> slow: A fake, made of air
                --> fast: <nothing>

                """
        )
    }

    @Test func `prints errors before artifacts and counts both for machines`() async {
        let builds = [
            build("bad") { _ in throw FakeFailure(description: "no, never") },
            build("good", artifact: FakeArtifact(files: ["a,b"])) { _ in },
        ]
        let screen = output.screen(OutputStyle(isMachineReadable: true))
        _ = await BuildRun(builds, on: screen, parallelBuilds: 1).run()
        let c = "%!(PACKER_COMMA)"
        #expect(
            output.text == #"""
                1795359696,,ui,error,Build 'bad' errored after TIME: no\#(c) never
                1795359696,,ui,say,Build 'good' finished after TIME.
                1795359696,,ui,say,\n==> Wait completed after TIME
                1795359696,,error-count,1
                1795359696,,ui,error,\n==> Some builds didn't complete successfully and had errors:
                1795359696,bad,error,no\#(c) never
                1795359696,,ui,error,--> bad: no\#(c) never
                1795359696,,ui,say,\n==> Builds finished. The artifacts of successful builds are:
                1795359696,good,artifact-count,1
                1795359696,good,artifact,0,builder-id,fake
                1795359696,good,artifact,0,id,f-1
                1795359696,good,artifact,0,string,A fake\#(c) made of air
                1795359696,good,artifact,0,files-count,1
                1795359696,good,artifact,0,file,0,a\#(c)b
                1795359696,good,artifact,0,end
                1795359696,,ui,say,--> good: A fake\#(c) made of air

                """#
        )
    }

    @Test func `says that no artifacts were created when every build fails`() async {
        let builds = [build("bad") { _ in throw FakeFailure(description: "no") }]
        _ = await BuildRun(builds, on: output.screen()).run()
        #expect(output.text.hasSuffix("\n==> Builds finished but no artifacts were created.\n"))
    }

    @Test func `runs all builds at once without a limit`() async {
        let (one, two) = (Gate(), Gate())
        let builds = [
            build("one") { _ in
                one.open()
                await two.pass()
            },
            build("two") { _ in
                two.open()
                await one.pass()
            },
        ]
        let results = await BuildRun(builds, on: output.screen()).run()
        #expect(results.count == 2)
    }

    @Test(arguments: [1, 2, 3])
    func `never runs more builds at once than allowed`(_ limit: Int) async {
        let running = Mutex((now: 0, most: 0))
        let builds = (0..<6).map { number in
            build("b\(number)") { _ in
                running.withLock { running in
                    running.now += 1
                    running.most = max(running.most, running.now)
                }
                for _ in 0..<50 { await Task.yield() }
                running.withLock { $0.now -= 1 }
            }
        }
        _ = await BuildRun(builds, on: output.screen(), parallelBuilds: limit).run()
        #expect(running.withLock { $0.most } <= limit)
    }

    @Test func `names the builds' colours first where colours are on`() async {
        let builds = [build("one") { _ in }]
        _ = await BuildRun(builds, on: output.screen(OutputStyle(usesColor: true))).run()
        #expect(
            output.text.hasPrefix("\u{1B}[1;32mone: output will be in this color.\u{1B}[0m\n\n")
        )
    }

    @Test func `cancels every build, lets each clean up, and begins no other`() async throws {
        let begun = Gate()
        let cleaned = Mutex(false)
        let builds = [
            build("running") { _ in
                begun.open()
                do {
                    try await Task.sleep(for: .seconds(600))
                } catch {
                    cleaned.withLock { $0 = true }
                    throw error
                }
            },
            build("waiting") { ui in await ui.say("must not begin") },
        ]
        let run = BuildRun(builds, on: output.screen(), parallelBuilds: 1)
        let task = Task { await run.run() }
        await begun.pass()
        task.cancel()
        let results = await task.value
        #expect(cleaned.withLock { $0 })
        for result in results {
            guard case .cancelled = result.outcome else {
                Issue.record("\(result.name) was not cancelled")
                continue
            }
        }
        #expect(
            output.text == """
                Build 'running' was cancelled after TIME.

                ==> Wait completed after TIME
                Cleanly cancelled builds after being interrupted.

                """
        )
    }

    private func build(
        _ name: String,
        artifact: FakeArtifact? = nil,
        _ work: @escaping @Sendable (any UserInterface) async throws -> Void
    ) -> PreparedBuild {
        let provisioner = PreparedProvisioner(
            type: "fake",
            provisioner: FakeProvisioner(work: work)
        )
        return PreparedBuild(
            name: name,
            builder: FakeBuilder(artifact: artifact),
            provisioners: [provisioner]
        )
    }
}
