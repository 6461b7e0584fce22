import Build
import NullBuilder
import ChecksumPostProcessor
import Configuration
import FileDataSource
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
    /// What a data source gives.
    var outputs: [FieldSpecification] = []
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
        ReferencePage(
            name: "post-processor-checksum",
            title: "The post-processor `checksum`",
            introduction: """
                Writes a line `HASH`, tab, file name for each file of an artifact, as Packer's own does. Lines
                of an earlier build of the same files are replaced, other lines of the file stay. The input is
                always kept: `keep_input_artifact`, which Packer itself reads, changes nothing.
                """,
            options: ChecksumPostProcessor.fields
        ),
        ReferencePage(
            name: "data-source-file",
            title: "The data source `file`",
            introduction: """
                Gives a template the text of a file of this machine, and its checksum. A file that is not there,
                is larger than 4 MiB or is not UTF-8 is an error. Packer has data sources since 1.7.
                """,
            options: FileDataSource.fields,
            outputs: FileDataSource.outputs
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
            + (outputs.isEmpty
                ? "" : "\n## Values\n\n" + FieldSpecification.referenceMarkdown(of: outputs))
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
