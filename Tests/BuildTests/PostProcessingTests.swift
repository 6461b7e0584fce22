import Build
import Components
import Configuration
import Console
import Synchronization
import Testing

/// What becomes of the artifacts of chains of post-processors.
struct PostProcessingTests {
    private let output = TestScreen()

    /// An artifact that notes when it is deleted.
    private struct NotedArtifact: Artifact {
        let id: String
        let deleted: Deleted
        var builderID: String { "noted" }
        var files: [String] { [] }
        var summary: String { "artifact \(id)" }

        func destroy() async throws {
            if id.hasPrefix("stuck") { throw FakeFailure(description: "it is stuck") }
            deleted.ids.withLock { $0.append(id) }
        }
    }

    private final class Deleted: Sendable {
        let ids = Mutex<[String]>([])
    }

    private struct NotedBuilder: RunnableBuilder {
        let artifact: NotedArtifact
        func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? { artifact }
    }

    /// Makes an artifact whose name is its input's and its own, fails, or makes nothing.
    private struct NotedPostProcessor: RunnablePostProcessor {
        let name: String
        var keeps = false
        var forces = false

        func postProcess(_ artifact: any Artifact, ui: any UserInterface) async throws
            -> PostProcessed
        {
            await ui.say("at work on \(artifact.id)")
            if name == "failing" { throw FakeFailure(description: "no such luck") }
            guard name != "nothing", let noted = artifact as? NotedArtifact else {
                return PostProcessed(nil)
            }
            let made = NotedArtifact(id: "\(noted.id)+\(name)", deleted: noted.deleted)
            return PostProcessed(made, keepsInput: keeps, forcesKeeping: forces)
        }
    }

    private func step(
        _ name: String,
        keeps: Bool = false,
        forces: Bool = false,
        wanted: Bool? = nil
    ) -> PreparedPostProcessor {
        PreparedPostProcessor(
            type: name,
            postProcessor: NotedPostProcessor(name: name, keeps: keeps, forces: forces),
            keepsInput: wanted
        )
    }

    private func run(
        _ chains: [[PreparedPostProcessor]],
        on id: String = "o"
    ) async -> (outcome: BuildRun.Outcome?, ids: [String], deleted: [String]) {
        let deleted = Deleted()
        let build = PreparedBuild(
            name: "b",
            builder: NotedBuilder(artifact: NotedArtifact(id: id, deleted: deleted)),
            postProcessors: chains
        )
        let outcome = await BuildRun([build], on: output.screen()).run().first?.outcome
        var ids: [String] = []
        if case .finished(let artifacts)? = outcome { ids = artifacts.map(\.id) }
        return (outcome, ids, deleted.ids.withLock { $0 })
    }

    @Test func `a chain hands its artifact on, and what is not kept is deleted`() async {
        let (_, ids, deleted) = await run([[step("a"), step("b")]])
        #expect(ids == ["o+a+b"])
        #expect(deleted == ["o+a", "o"])
        let lines = output.lines
        #expect(lines.contains("==> b: Running post-processor: a"))
        #expect(lines.contains("==> b (a): at work on o"))
        #expect(lines.contains("--> b: artifact o+a+b"))
    }

    @Test func `every chain begins with the original, which is kept if one keeps it`() async {
        let (_, ids, deleted) = await run([[step("a")], [step("b", keeps: true), step("c")]])
        #expect(ids == ["o", "o+a", "o+b+c"])
        #expect(deleted == ["o+b"])
    }

    @Test func `the template's word wins, but not over a post-processor that needs its input`()
        async
    {
        #expect(await run([[step("a", keeps: true, wanted: false)]]).ids == ["o+a"])
        #expect(await run([[step("a", wanted: true)]]).ids == ["o", "o+a"])
        let forced = step("a", keeps: true, forces: true, wanted: false)
        #expect(await run([[forced]]).ids == ["o", "o+a"])
        #expect(await run([[step("a"), step("b", wanted: true)]]).ids == ["o+a", "o+a+b"])
    }

    @Test func `one that makes nothing ends its chain`() async {
        let (_, ids, deleted) = await run([[step("nothing"), step("b")], [step("c")]])
        #expect(ids == ["o+c"])
        #expect(deleted == ["o"])
    }

    @Test func `a failure fails the build, and nothing that was made is lost`() async {
        let (outcome, _, deleted) = await run([[step("a"), step("failing")], [step("b")]])
        guard case .failed(let error)? = outcome else {
            Issue.record("the build has not failed: \(String(describing: outcome))")
            return
        }
        #expect("\(error)" == "1 error(s) occurred:\n\n* Post-processor failed: no such luck")
        #expect(deleted == [])
        #expect(output.lines.contains("==> b (b): at work on o"))
    }

    @Test func `what cannot be deleted is told`() async {
        let (outcome, _, _) = await run([[step("a")]], on: "stuck")
        guard case .failed(let error)? = outcome else {
            Issue.record("the build has not failed")
            return
        }
        #expect("\(error)".hasSuffix("* Error destroying builder artifact: it is stuck"))
    }
}
