import Build
import Configuration
import FileProvisioner
import Foundation
import ShellProvisioner
import TestSupport
import Testing

/// A page of docs/reference.
private struct ReferencePage: Sendable, CustomTestStringConvertible {
    var name: String
    var title: String
    /// What stands above the options, wrapped by hand.
    var introduction: String
    var options: [FieldSpecification]
    var testDescription: String { name }

    static let all = [
        ReferencePage(
            name: "provisioner-shell",
            title: "The provisioner `shell`",
            introduction: """
                Runs scripts on the machine. `inline`, `script` or `scripts` must be set, and only one of
                them.
                """,
            options: ShellProvisioner.fields
        ),
        ReferencePage(
            name: "provisioner-shell-local",
            title: "The provisioner `shell-local`",
            introduction: """
                Runs scripts on the machine that runs the build, as the user who does; the build's own
                machine is not reached for them. `inline`, `script` or `scripts` must be set, and only one of
                them.
                """,
            options: ShellLocalProvisioner.fields
        ),
        ReferencePage(
            name: "provisioner-file",
            title: "The provisioner `file`",
            introduction: """
                Transfers files and directories to the machine, or from it. `source`, `sources` or `content`
                must be set.
                """,
            options: FileProvisioner.fields
        ),
        ReferencePage(
            name: "builder-null",
            title: "The builder `null`",
            introduction: """
                Reaches a machine that exists, has it provisioned, and makes nothing. With the communicator
                `ssh`, `ssh_host`, `ssh_username` and something to log in with must be set;
                [SSH.md](../SSH.md) says how they work together.
                """,
            options: NullBuilder.fields
        ),
    ]

    var path: String { "docs/reference/\(name).md" }

    var text: String {
        """
        # \(title)

        <!-- scripts/reference writes this page from the options' declarations: change it there. -->

        \(introduction)

        ## Options

        \(FieldSpecification.referenceMarkdown(of: options))
        """
    }
}

// One after the other: pages are written before they are counted.
@Suite(.serialized) struct ReferencePageTests {
    /// Set by `scripts/reference`.
    private static let isWriting =
        ProcessInfo.processInfo.environment["PACKER_SWIFT_WRITE_REFERENCE"] != nil

    @Test(arguments: ReferencePage.all)
    private func `the reference shows the options as they are declared`(
        page: ReferencePage
    ) throws {
        let file = URL(fileURLWithPath: ProjectFiles.root).appendingPathComponent(page.path)
        if Self.isWriting { try page.text.write(to: file, atomically: true, encoding: .utf8) }
        let isCurrent = (try? String(contentsOf: file, encoding: .utf8)) == page.text
        #expect(isCurrent, "\(page.path) is stale: run scripts/reference")
    }

    @Test func `every page of the reference is written from declarations`() throws {
        let folder = "\(ProjectFiles.root)/docs/reference"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.sorted() == ReferencePage.all.map { "\($0.name).md" }.sorted())
    }
}
