internal import Communicator

/// Looks at plugins and says which rules they break.
package struct PluginLint: Sendable {
    /// This machine's name in names of files.
    package var platform: PluginPlatform
    /// How long one plugin may take to say what it has.
    package var limit: Duration

    /// A lint for a machine, this one unless it is given.
    package init(platform: PluginPlatform = .current, limit: Duration = .seconds(10)) {
        self.platform = platform
        self.limit = limit
    }

    /// Looks at one file, whose place is not judged.
    ///
    /// - Throws: `CancellationError` alone.
    package func report(on file: PluginFile) async throws -> PluginReport {
        let facts = try await file.inspect(on: platform, limit: limit)
        return PluginReport(file.path, facts: facts, findings: facts.findings(on: platform))
    }

    /// Looks at all that lies in a folder, one file after the other.
    ///
    /// - Returns: A report on every file with a plugin's name, and on every folder that some Packer
    ///   does not enter or cannot; which file is taken for which plugin is told too.
    /// - Throws: What ``PluginFolder/contents()`` throws; `CancellationError`.
    package func reports(on folder: PluginFolder) async throws -> [PluginReport] {
        let contents = try await folder.contents()
        var reports: [PluginReport] = []
        for file in contents.files {
            let report = try await report(on: file)
            // A checksum in its place is looked at with its plugin.
            if case .checksum = file.name.form, report.findings.isEmpty { continue }
            reports.append(report)
        }
        reports.shadow()
        return reports + Self.reports(on: contents)
    }

    /// The folders that some Packer does not enter, or cannot.
    package static func reports(on contents: PluginFolder.Contents) -> [PluginReport] {
        contents.links.map { path in
            let finding = Finding(
                .folderLink,
                .nested,
                found: "it is a symbolic link to a folder, and what is in it was not looked at",
                remedy: "Put the folder itself in its place."
            )
            return PluginReport(path, facts: nil, findings: [finding])
        }
            + contents.unreadable.map { path, reason in
                let finding = Finding(
                    .readableFolder,
                    .nested,
                    found: "it cannot be read: \(reason)",
                    remedy: "Give those who use Packer the right to read it, mode 0755."
                )
                return PluginReport(path, facts: nil, findings: [finding])
            }
    }
}
