import Processes
import TestSupport
import Testing

@Suite("Host keys in a build")
struct HostKeyTests {
    @Test func `a key on record is named, and another one ends the build`()
        async throws
    {
        try await withBuildFixture { fixture in
            let name = "[\(fixture.server.host)]:\(fixture.server.port)"
            let other = try DockerServer(.rekey).hostKey
            for (key, isKnown) in [(fixture.server.hostKey, true), (other, false)] {
                let path = try fixture.files.write(Array("\(name) \(key)\n".utf8), to: "known")
                let template = try fixture.template(
                    [fixture.builder(more: ["ssh_known_hosts_file": path])],
                    [["type": "shell", "inline": ["true"]]]
                )
                let outcome = try await fixture.packerSwift().run(["build", template])
                let said = outcome.output + outcome.errors
                #expect(outcome.end == .exited(isKnown ? 0 : 1), "\(said)")
                #expect(said.contains(isKnown ? "known from \(path) line 1" : "ssh-keygen -R"))
            }
        }
    }
}
