import Foundation
import Processes
import TestSupport
import Testing

/// Transcripts of whole builds of the real packer.
@Suite(.timeLimit(.minutes(5)))
struct PluginTraceTests {
    /// Packer's methods, by who serves them: section 4 of Packer's plugin protocol, and ours.
    private static let methods: [String: Set<String>] = [
        "plugin": [
            "Builder.ConfigSpec", "Builder.Prepare", "Builder.Run", "Builder.Cancel",
            "Provisioner.ConfigSpec", "Provisioner.Prepare", "Provisioner.Provision",
            "Provisioner.Cancel", "PostProcessor.ConfigSpec", "PostProcessor.Configure",
            "PostProcessor.PostProcess", "PostProcessor.Cancel",
        ],
        "host": ["Hook.Run", "Hook.Cancel"],
        "either": [
            "Ui.Ask", "Ui.Say", "Ui.Message", "Ui.Error", "Ui.Machine", "Ui.NewTrackProgress",
            "Communicator.Start", "Communicator.Upload", "Communicator.UploadDir",
            "Communicator.Download", "Communicator.DownloadDir",
            "Communicator.PackerSwiftCancel", "Artifact.BuilderId", "Artifact.Files",
            "Artifact.Id", "Artifact.String", "Artifact.State", "Artifact.Destroy",
        ],
    ]

    /// Whether `server` may be asked for a method.
    private static func isKnown(_ method: String, of server: String) -> Bool {
        // A transfer's progress is a service of its own, whose name is made when it begins.
        if method.hasPrefix("Ui"), method.hasSuffix(".Add") || method.hasSuffix(".Close") {
            return true
        }
        return [server, "either"].contains { methods[$0]?.contains(method) == true }
    }

    /// A line of a transcript that is a call or its reply.
    private struct Line {
        var process: String
        var stream: String
        var speaker: String
        var isCall: Bool
        var method: String
        var number: String
        var size: Int

        /// What a call and its reply have in common.
        var exchange: String { "\(process) \(stream) \(method) \(number)" }

        init?(_ text: Substring) throws {
            let form = try Regex(
                #"^\S+Z (\S+\[[0-9]+\]) stream (\S+): (host|plugin) "#
                    + #"(calls|replies to|fails) (\S+) (#[0-9]+), ([0-9]+) bytes?: "#,
                as: (
                    Substring, Substring, Substring, Substring, Substring, Substring, Substring,
                    Substring
                ).self
            )
            guard let found = try form.prefixMatch(in: text)?.output else { return nil }
            process = String(found.1)
            stream = String(found.2)
            speaker = String(found.3)
            isCall = found.4 == "calls"
            method = String(found.5)
            number = String(found.6)
            size = Int(found.7) ?? -1
        }
    }

    /// Looks at a transcript as a whole: each line in its form, each method known, each call with
    /// one reply after it, from the other side.
    private func check(_ transcript: String) throws -> [String] {
        var open: [String: Line] = [:]
        var methods: [String] = []
        for text in transcript.split(separator: "\n") {
            guard let line = try Line(text) else {
                #expect(text.hasSuffix(": ends"), "\(text)")
                continue
            }
            if line.isCall {
                let server = line.speaker == "host" ? "plugin" : "host"
                #expect(Self.isKnown(line.method, of: server), "\(text)")
                #expect(open.updateValue(line, forKey: line.exchange) == nil, "\(text)")
                methods.append(line.method)
            } else {
                let call = open.removeValue(forKey: line.exchange)
                #expect(call != nil && call?.speaker != line.speaker, "no call before: \(text)")
            }
            #expect(line.size > 0, "\(text)")
        }
        #expect(open.isEmpty, "calls without a reply: \(open.keys.sorted())")
        return methods
    }

    private static let secrets = ["s3cr3t-value", "0ther-value", "t0p-secret"]

    /// Runs a build and gives its transcript.
    private func transcript(
        of fixture: BuildFixture,
        _ builder: [String: Any],
        _ provisioners: [[String: Any]],
        _ language: TemplateLanguage
    ) async throws -> String {
        var packer = try fixture.packer(with: .multi)
        packer.environment["PACKER_SWIFT_TRACE"] = fixture.files["transcript"]
        let template = try fixture.template(
            language,
            builder,
            provisioners,
            postProcessors: [["type": "swift-checksum", "output": fixture.files["sums"]]]
        )
        try await packer.succeed(["build", "-color=false", template])
        let mode = try FileManager.default.attributesOfItem(
            atPath: fixture.files["transcript"]
        )[.posixPermissions]
        #expect(mode as? Int == 0o600)
        return String(decoding: try fixture.files.read("transcript"), as: UTF8.self)
    }

    @Test(arguments: ["swift-", ""], TemplateLanguage.allCases)
    func `every request of a build has its reply, and no secret is shown`(
        prefix: String,
        language: TemplateLanguage
    ) async throws {
        try await withBuildFixture { fixture in
            _ = try fixture.files.write(Array("up\n".utf8), to: "up")
            // Packer's own builder takes a key or a password, not both.
            let ours = ["type": "swift-ssh", "ssh_password": "t0p-secret"]
            var builder = fixture.builder(more: prefix.isEmpty ? ours : ["type": "null"])
            builder["name"] = nil
            let transcript = try await transcript(
                of: fixture,
                builder,
                [
                    [
                        "type": "\(prefix)shell", "inline": ["echo \"$ONE\" \"$TWO\""],
                        "environment_vars": ["ONE=s3cr3t-value", "TWO=0ther-value"],
                    ],
                    [
                        "type": "\(prefix)file", "source": fixture.files["up"],
                        "destination": "\(fixture.remote)-up",
                    ],
                    ["type": "shell", "inline": ["rm '\(fixture.remote)-up'"]],
                ],
                language
            )
            for secret in Self.secrets { #expect(!transcript.contains(secret), "\(secret)") }
            let methods = try check(transcript)
            let expected =
                prefix.isEmpty
                ? ["Builder.Run", "Hook.Run", "Communicator.Start", "Communicator.Upload"]
                : [
                    "Provisioner.Provision", "Communicator.Start", "Communicator.Upload",
                    "Ui.NewTrackProgress",
                ]
            #expect(Set(methods).isSuperset(of: expected), "\(methods)")
            #expect(transcript.contains("<12 bytes>"))
        }
    }

    @Test func `the log says what is served, and has the transcript`() async throws {
        try await withBuildFixture { fixture in
            var packer = try fixture.packer(with: .multi)
            packer.environment["PACKER_SWIFT_TRACE"] = "1"
            packer.environment["PACKER_LOG"] = "1"
            let template = try fixture.template(
                [fixture.builder()],
                [["type": "swift-shell", "inline": ["true"]]]
            )
            let outcome = try await packer.run(["build", "-color=false", template])
            #expect(outcome.end == .exited(0))
            for line in [
                "[INFO] packer-plugin-swift 0.1.0, made with packer-swift 0.1.0, serves the "
                    + "provisioner shell to a Packer up to 1.6.6, with specifications as gob",
                "[INFO] the host is connected",
                "[TRACE] stream 0: host calls Provisioner.Provision #",
            ] {
                #expect(outcome.errors.contains(line), "\(outcome.errors)")
            }
        }
    }

    @Test(arguments: ["relative", "/nowhere/at/all", "/"])
    func `a place that cannot be written is a clear error`(place: String) async throws {
        let outcome = try await Program(
            try ProjectFiles.pluginSwift(),
            environment: [
                "PACKER_PLUGIN_MAGIC_COOKIE":
                    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
                "PACKER_SWIFT_TRACE": place,
            ]
        ).run(["start", "provisioner", "shell"])
        #expect(outcome.end == .exited(1))
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("PACKER_SWIFT_TRACE is \"\(place)\", which "))
    }
}
