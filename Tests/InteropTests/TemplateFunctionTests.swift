import Components
import Configuration
import Foundation
import Interpolation
import Processes
import TestSupport
import Testing

/// What Packer's own component makes of a text, and what a component of ours makes of it when it is
/// prepared with the keys that Packer sends.
@Suite("Template functions beside Packer's")
struct TemplateFunctionTests {
    /// Texts that are the same whenever they are rendered.
    private static let texts = [
        "{{user `a`}}", "{{user `a` | upper | lower}}", "{{user `b`}}", "{{build_name}}",
        "{{build_type}}", "{{template_dir}}/x", "{{pwd}}", "{{packer_version}}",
        "{{upper `straße é`}}", "{{lower `ÄÖ`}}", "{{replace `` `-` 2 `abc`}}",
        "{{replace `a` `b` -1 `aaa`}}", "{{replace `a` `b` 0 `aaa`}}",
        "{{replace_all `` `-` `ab`}}",
        "{{replace_all `.` `-` (user `v`)}}", "{{split `ab` `` 1}}", "{{split `abc` `-` 0}}",
        "{{split `a--b` `-` 1}}", "{{split `` `-` 0}}", "{{isotime `2006`}}", "{{strftime `%Y`}}",
        "{{if eq build_name `null`}}y{{else}}n{{end}}", "{{if false}}{{vault `a` `b`}}{{end}}",
        "{{if not (eq `a` `b` `c`)}}y{{end}}", "{{or `` `x`}}{{and `a` `b`}}", "a {{- `b` -}} c",
        "{{/* nothing */}}", "{{\"\\u00e9\\x41\"}}", "{{12}} {{-3}} {{true}}",
    ]

    private func context(_ files: TemporaryDirectory) throws -> PrepareContext {
        PrepareContext(
            try ComponentConfiguration(merging: [
                .map([
                    "packer_build_name": .string("null"), "packer_builder_type": .string("null"),
                    "packer_core_version": .string("1.6.6"),
                    "packer_template_path": .string(files["template.json"]),
                    "packer_user_variables": .map([
                        "a": .string("Value"), "b": .string("Value2"), "v": .string("1.2.3"),
                    ]),
                ])
            ])
        )
    }

    private func packer(
        _ command: String,
        _ texts: [String],
        _ files: TemporaryDirectory
    ) async throws -> Program.Outcome {
        let numbers = texts.indices.map(String.init).joined(separator: " ")
        let template: [String: Any] = [
            "variables": ["a": "Value", "b": "{{user `a`}}2", "v": "1.2.3"],
            "builders": [["type": "null", "communicator": "none"]],
            "provisioners": [
                [
                    "type": "shell-local",
                    "environment_vars": texts.enumerated().map { "X\($0)=\($1)" },
                    "inline": ["for i in \(numbers); do eval \"echo \\$i=\\<\\$X$i\\>\"; done"],
                ] as [String: Any]
            ],
        ]
        let bytes = try JSONSerialization.data(withJSONObject: template)
        let path = try files.write([UInt8](bytes), to: "template.json")
        return try await Program(
            try ProjectFiles.packer(),
            environment: ["HOME": files.path, "CHECKPOINT_DISABLE": "1"]
        ).run([command, path])
    }

    @Test func `render what Packer renders`() async throws {
        let files = try TemporaryDirectory()
        let outcome = try await packer("build", Self.texts, files)
        #expect(outcome.end == .exited(0), "\(outcome.output)\(outcome.errors)")
        let context = try context(files)
        for (number, text) in Self.texts.enumerated() {
            let line = "    null: \(number)=<\(try context.render(text))>"
            #expect(outcome.output.contains(line), "\(text): \(line)")
        }
    }

    @Test(arguments: [
        "{{env `HOME`}}", "{{vault `a` `b`}}", "{{consul_key `a`}}", "{{sed `a` `b`}}",
        "{{aws_secretsmanager `a`}}", "{{clean_resource_name `a`}}", "{{nope}}",
        "{{build `Hots`}}", "{{split `a` `-` 1}}",
    ])
    func `refuse what Packer refuses, in its words`(text: String) async throws {
        let files = try TemporaryDirectory()
        let outcome = try await packer("validate", [text], files)
        #expect(outcome.end == .exited(1))
        let words = (outcome.output + outcome.errors).split(whereSeparator: \.isWhitespace)
        let said = words.joined(separator: " ")
        let context = try context(files)
        let error = #expect(throws: InterpolationError.self) { try context.render(text) }
        #expect(said.contains(error?.message ?? "no error"), "\(said)")
    }
}
