internal import Communicator
internal import Configuration

/// The options of the file provisioner: Packer's names and defaults.
struct FileConfiguration: ConfigurationBlock {
    @Field(
        """
        The file or directory to transfer. On upload a directory that ends in a slash stands for \
        its contents; on download the slash says that it is a directory, whose name is kept.
        """
    )
    var source: String = ""

    @Field("Several of them; the destination then ends in a slash. `source` comes after them.")
    var sources: [String] = []

    @Field("The text of the file to write on the machine, with mode 0600, instead of a source.")
    var content: String?

    @Field(
        "Where to put it. With a slash at its end it is a directory, and a file keeps its name.",
        missing: missingDestination,
        check: { $0.isEmpty ? missingDestination : nil }
    )
    var destination: String

    @Field(
        "Which way: `upload` to the machine or `download` from it.",
        check: {
            $0 == "upload" || $0 == "download"
                ? nil : "Direction must be one of: download, upload."
        }
    )
    var direction: String = "upload"

    @Field("Whether an earlier step makes the source, so that it need not exist beforehand.")
    var generated: Bool = false

    private static let missingDestination = "Destination must be specified."
}

extension FileConfiguration {
    var isDownload: Bool { direction == "download" }

    /// Every source, in Packer's order.
    var allSources: [String] { source.isEmpty ? sources : sources + [source] }

    func check() -> [ConfigurationProblem] {
        content == nil ? checkSources() : checkContent()
    }

    private func checkContent() -> [ConfigurationProblem] {
        let root = ConfigurationPath()
        var problems: [ConfigurationProblem] = []
        if !allSources.isEmpty {
            problems.append(
                ConfigurationProblem(
                    "source(s) conflicts with content.",
                    at: root.key("content"),
                    remedy: "Use two file provisioners."
                )
            )
        }
        if isDownload {
            problems.append(
                ConfigurationProblem(
                    "content can only be uploaded, and direction is download.",
                    at: root.key("direction"),
                    remedy: "Remove one of the two."
                )
            )
        }
        if destination.hasSuffix("/") {
            problems.append(
                ConfigurationProblem(
                    "content has no file name, and destination '\(destination)' is a directory.",
                    at: root.key("destination"),
                    remedy: "Add the name of the file."
                )
            )
        }
        return problems
    }

    private func checkSources() -> [ConfigurationProblem] {
        guard !allSources.isEmpty else {
            return [
                ConfigurationProblem(
                    "Source must be specified.",
                    remedy: "Set source, sources or content."
                )
            ]
        }
        let missing = isDownload || generated ? [] : missingSources()
        guard missing.isEmpty else { return missing }
        guard allSources.count > 1, !destination.hasSuffix("/"), !allSources.allSatisfy(isDirectory)
        else { return [] }
        return [
            ConfigurationProblem(
                "with \(allSources.count) sources, destination '\(destination)' would be written "
                    + "\(allSources.count) times.",
                at: ConfigurationPath().key("destination"),
                remedy: "End it with a slash to put the files in that directory."
            )
        ]
    }

    private func missingSources() -> [ConfigurationProblem] {
        let root = ConfigurationPath()
        let places =
            sources.enumerated().map { ($1, root.key("sources").index($0)) }
            + (source.isEmpty ? [] : [(source, root.key("source"))])
        return places.compactMap { path, place in
            guard let fault = LocalSource.fault(of: path) else { return nil }
            return ConfigurationProblem(
                "Bad source '\(path)': \(fault)",
                at: place,
                remedy: "Correct the path, or set generated if an earlier step makes it."
            )
        }
    }

    private func isDirectory(_ source: String) -> Bool {
        isDownload ? source.hasSuffix("/") : LocalSource.isDirectory(source)
    }
}
