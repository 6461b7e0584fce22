import Components
import Configuration
import TestSupport
import Testing

@testable import FileProvisioner

struct FileConfigurationTests {
    private func errors(_ options: [String: ConfigurationValue]) -> String {
        do {
            _ = try FileProvisioner.prepare(.map(options), in: PrepareContext())
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `has Packer's options and defaults`() {
        let expected = [
            "source": "\"\"", "sources": "[]", "content": "", "destination": "",
            "direction": "\"upload\"", "generated": "false",
        ]
        let found = FileProvisioner.fields.map { ($0.name, $0.defaultText) }
        #expect(Dictionary(uniqueKeysWithValues: found) == expected)
        #expect(FileProvisioner.fields.filter(\.isRequired).map(\.name) == ["destination"])
    }

    @Test(
        arguments: [
            (["source": .string("/etc/passwd")], "destination: Destination must be specified."),
            (
                ["source": .string("/etc/passwd"), "destination": .string("")],
                "destination: Destination must be specified."
            ),
            (
                [
                    "source": .string("/etc/passwd"), "destination": .string("/t"),
                    "direction": .string("sideways"),
                ], "direction: Direction must be one of: download, upload."
            ),
            (
                ["source": .string("/nowhere"), "destination": .string("/t")],
                "source: Bad source '/nowhere': stat /nowhere: No such file or directory"
            ),
            (
                [
                    "sources": .list([.string("/etc/passwd"), .string("/nowhere")]),
                    "destination": .string("/t/"),
                ], "sources[1]: Bad source '/nowhere'"
            ),
            (["destination": .string("/t")], "Source must be specified."),
            (
                [
                    "content": .string("x"), "source": .string("/etc/passwd"),
                    "destination": .string("/t"),
                ], "content: source(s) conflicts with content."
            ),
            (
                [
                    "content": .string("x"), "direction": .string("download"),
                    "destination": .string("/t"),
                ], "direction: content can only be uploaded"
            ),
            (
                ["content": .string("x"), "destination": .string("/t/")],
                "destination: content has no file name, and destination '/t/' is a directory."
            ),
            (
                [
                    "sources": .list([.string("/etc/passwd"), .string("/etc/group")]),
                    "destination": .string("/t"),
                ], "destination: with 2 sources, destination '/t' would be written 2 times."
            ),
            (
                [
                    "sources": .list([.string("/r/a"), .string("/r/b")]),
                    "direction": .string("download"), "destination": .string("t"),
                ], "destination: with 2 sources"
            ),
            (
                ["source": .string("/etc/passwd"), "destinaton": .string("/t")],
                "did you mean `destination`?"
            ),
        ] as [([String: ConfigurationValue], String)]
    )
    func `says what is wrong and where`(options: [String: ConfigurationValue], words: String) {
        let text = errors(options)
        #expect(text.contains(words), "\(text)")
    }

    @Test(
        arguments: [
            [
                "source": .string("/nowhere"), "generated": .bool(true),
                "destination": .string("/t"),
            ],
            [
                "source": .string("/nowhere"), "direction": .string("download"),
                "destination": .string("/t"),
            ],
            ["sources": .list([.string("/etc"), .string("/usr")]), "destination": .string("/t")],
            ["content": .string(""), "destination": .string("/t")],
        ] as [[String: ConfigurationValue]]
    )
    func `accepts what can work`(options: [String: ConfigurationValue]) {
        #expect(errors(options) == "no error")
    }

    @Test func `warns that wildcards are not expanded`() throws {
        let prepared = try FileProvisioner.prepare(
            .map([
                "source": .string("/r/*.log"), "direction": .string("download"),
                "destination": .string("logs/"),
            ]),
            in: PrepareContext()
        )
        #expect(prepared.warnings.count == 1)
        #expect(prepared.warnings.first?.contains("'/r/*.log'") == true)
    }

    @Test func `has a remedy for every code`() {
        #expect(FileProvisionerError.Code.all.allSatisfy { !$0.remedy.isEmpty })
        #expect(Set(FileProvisionerError.Code.all.map(\.name)).count == 3)
    }
}
