import Processes
import TestSupport
import Testing

/// An option of the shell provisioner with a value of one type or another.
private struct Option: Sendable, CustomTestStringConvertible {
    /// What stands in the template beside the commands, as JSON.
    var text: String
    var isTakenByPacker: Bool
    /// Where we differ, and why that is better for whoever wrote the template.
    var ours: Bool?
    var testDescription: String { text }

    init(_ text: String, _ isTakenByPacker: Bool, ours: Bool? = nil) {
        (self.text, self.isTakenByPacker, self.ours) = (text, isTakenByPacker, ours)
    }

    var isTaken: Bool { ours ?? isTakenByPacker }

    static let all = taken + refused + different

    private static let taken =
        [
            #""inline": 5"#, #""inline": "true,true""#, #""Inline": ["true"]"#,
            #""INLINE": ["true"], "inline_shebang": null"#,
        ].map { Option($0, true) }
        + [
            #""valid_exit_codes": "0,0x2""#, #""valid_exit_codes": ["1_000", "0x_1f", "010"]"#,
            #""valid_exit_codes": """#, #""valid_exit_codes": [""]"#, #""valid_exit_codes": 3"#,
            #""valid_exit_codes": [true, 2.0]"#, #""valid_exit_codes": {}"#, #""binary": "T""#,
            #""binary": """#, #""binary": 2"#, #""binary": null"#, #""BINARY": "0""#,
            #""inline_shebang": true"#, #""inline_shebang": 1.5"#,
            #""environment_vars": "A=1,B=2""#,
            #""start_retry_timeout": 1e9"#, #""start_retry_timeout": "0""#,
            #""start_retry_timeout": "1m30s""#,
        ].map { Option(#""inline": ["true"], "# + $0, true) }

    private static let refused =
        [#""inline": {}"#, #""inline": {"a": "b"}"#, #""inline": null"#].map { Option($0, false) }
        + [
            #""valid_exit_codes": ["_1"]"#, #""valid_exit_codes": ["1__0"]"#,
            #""valid_exit_codes": ["0_x1"]"#, #""valid_exit_codes": ["1.5"]"#,
            #""valid_exit_codes": ["x"]"#, #""valid_exit_codes": [[]]"#, #""binary": "no""#,
            #""binary": [true]"#, #""BINARY": "x""#, #""inline_shebang": []"#,
            #""inline_shebang": {}"#, #""start_retry_timeout": "10""#,
            #""start_retry_timeout": """#, #""bogus": 1"#, #""Inline": ["true"]"#,
        ].map { Option(#""inline": ["true"], "# + $0, false) }

    private static let different = [
        // Packer cuts the fraction off: 2.5 is no exit code.
        Option(#""inline": ["true"], "valid_exit_codes": [2.5]"#, true, ours: false),
        // Packer runs an empty line.
        Option(#""inline": ["true", null]"#, true, ours: false),
        // Packer waits for a nanosecond.
        Option(#""inline": ["true"], "start_retry_timeout": true"#, true, ours: false),
    ]
}

@Suite("Types of options")
struct OptionTypingTests {
    @Test(arguments: Option.all)
    private func `are taken and refused as Packer does, but for what it changes silently`(
        option: Option
    ) async throws {
        let files = try TemporaryDirectory()
        let text = """
            {"builders": [{"type": "null", "communicator": "none"}],
             "provisioners": [{"type": "shell", \(option.text)}]}
            """
        let template = try files.write([UInt8](text.utf8), to: "template.json")
        let environment = ["HOME": files.path, "CHECKPOINT_DISABLE": "1"]
        for (path, isTaken) in [
            (try ProjectFiles.packer(), option.isTakenByPacker),
            (try ProjectFiles.packerSwift(), option.isTaken),
        ] {
            let outcome = try await Program(path, environment: environment)
                .run(["validate", template])
            #expect(outcome.end == .exited(isTaken ? 0 : 1), "\(outcome.output)\(outcome.errors)")
        }
    }
}
