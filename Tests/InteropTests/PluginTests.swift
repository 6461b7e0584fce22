import Foundation
import Processes
import TestSupport
import Testing

@Suite("Our plugin in the real packer", .timeLimit(.minutes(10)))
struct PluginTests {
    /// What is done on the machine: files up and down, scripts, environment, exit codes.
    private func work(_ prefix: String, _ fixture: BuildFixture) throws -> [[String: Any]] {
        let files = fixture.files
        _ = try files.write(Array("up\n".utf8), to: "up")
        let script = "echo \"by-script $QUOTED\" >\"$ROOT/by-script\"\n"
        _ = try files.write(Array(script.utf8), to: "s.sh")
        try FileManager.default.createDirectory(
            atPath: files["tree/sub"],
            withIntermediateDirectories: true
        )
        _ = try files.write(Array("deep\n".utf8), to: "tree/sub/deep")
        return [
            [
                "type": "\(prefix)file", "source": files["up"],
                "destination": "\(fixture.remote)/up",
            ],
            ["type": "\(prefix)file", "source": files["tree"], "destination": fixture.remote],
            [
                "type": "\(prefix)shell", "script": files["s.sh"],
                "remote_folder": fixture.remote,
                "environment_vars": ["ROOT=\(fixture.remote)", "QUOTED=it's"],
            ],
            [
                "type": "\(prefix)shell", "inline": ["echo said-by-inline", "exit 4"],
                "valid_exit_codes": [4],
            ],
            [
                "type": "\(prefix)file", "direction": "download",
                "source": "\(fixture.remote)/by-script", "destination": files["down"],
            ],
        ]
    }

    /// Runs the work and looks at what it left on both sides.
    private func check(
        _ form: PluginForm,
        _ language: TemplateLanguage,
        builder type: String,
        provisioners prefix: String,
        environment: [String: String] = [:]
    ) async throws {
        try await withBuildFixture { fixture in
            var builder = fixture.builder(more: ["type": type])
            builder["name"] = nil
            let work = try work(prefix, fixture)
            let template = try fixture.template(language, builder, work)
            var packer = try fixture.packer(with: form)
            packer.environment.merge(environment) { $1 }
            let outcome = try await packer.succeed(["build", "-color=false", template])
            #expect(outcome.contains("said-by-inline"))
            let listing = try await fixture.listing(ofRemote: fixture.remote)
            for name in ["up", "tree/sub/deep", "by-script"] {
                #expect(listing.contains(" \(name)\n"), "\(name) is missing: \(listing)")
            }
            let down = try String(contentsOfFile: fixture.files["down"], encoding: .utf8)
            #expect(down == "by-script it's\n")
            // Packer's own provisioner names its scripts so.
            #expect(!listing.contains("packer-shell") && !listing.contains("script_"))
        }
    }

    @Test(arguments: PluginForm.allCases, TemplateLanguage.allCases)
    func `its provisioners work over packer's own SSH communicator`(
        form: PluginForm,
        language: TemplateLanguage
    ) async throws {
        try await check(form, language, builder: "null", provisioners: "swift-")
    }

    @Test(arguments: PluginForm.allCases, TemplateLanguage.allCases)
    func `its builder serves packer's own provisioners`(
        form: PluginForm,
        language: TemplateLanguage
    ) async throws {
        try await check(form, language, builder: "swift-ssh", provisioners: "")
    }

    @Test(arguments: ["swift-", ""])
    func `packer reaches it over TCP as well`(provisioners prefix: String) async throws {
        let builder = prefix.isEmpty ? "swift-ssh" : "null"
        let environment = ["PACKER_SWIFT_TRANSPORT": "tcp"]
        try await check(
            .multi,
            .json,
            builder: builder,
            provisioners: prefix,
            environment: environment
        )
    }

    @Test func `a script that fails ends the build with its status`() async throws {
        try await withBuildFixture { fixture in
            let work: [[String: Any]] = [["type": "swift-shell", "inline": ["exit 7"]]]
            let template = try fixture.template([fixture.builder()], work)
            let outcome = try await fixture.packer(with: .multi).run([
                "build", "-color=false", template,
            ])
            #expect(outcome.end == .exited(1))
            #expect(outcome.output.contains("exit status: 7"), "\(outcome.output)")
        }
    }

    @Test func `options that are wrong are all shown by validate`() async throws {
        try await withBuildFixture { fixture in
            let work: [[String: Any]] = [
                ["type": "swift-shell", "inlin": ["x"], "valid_exit_codes": "many"]
            ]
            let template = try fixture.template([fixture.builder()], work)
            let outcome = try await fixture.packer(with: .multi).run(["validate", template])
            #expect(outcome.end == .exited(1))
            for word in ["inlin", "inline", "valid_exit_codes"] {
                #expect(outcome.output.contains(word), "\(outcome.output)")
            }
        }
    }

    @Test func `packer shows the progress of our file provisioner`() async throws {
        try await withBuildFixture { fixture in
            let source = try fixture.writeDense(mebibytes: 24, to: "large")
            let work: [[String: Any]] = [
                ["type": "swift-file", "source": source, "destination": fixture.remote + "/large"]
            ]
            let template = try fixture.template([fixture.builder()], work)
            // Packer shows it on a terminal only.
            let outcome = try await fixture.packer(with: .multi).run(
                ["build", template],
                terminal: ProcessSpecification.TerminalSize(rows: 40, columns: 200)
            )
            #expect(outcome.end == .exited(0), "\(outcome)")
            #expect(outcome.output.contains("24.00 MiB / 24.00 MiB"), "\(outcome.output)")
        }
    }

    @Test func `run by hand it says what it is`() async throws {
        let plugin = Program(try ProjectFiles.pluginSwift())
        let outcome = try await plugin.run()
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors.hasPrefix("Please do not execute plugins directly."))
        let description = try await plugin.succeed(["describe"])
        #expect(
            description
                == #"{"version":"0.1.0","sdk_version":"0.1.0","api_version":"x5.0","builders":["ssh"],"post_processors":["checksum"],"provisioners":["file","shell","shell-local"],"datasources":["file"],"protocol_version":"v2"}"#
                + "\n"
        )
    }
}
