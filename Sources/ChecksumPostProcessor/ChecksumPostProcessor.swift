internal import Communicator
public import Components
public import Configuration

/// Writes the checksums of an artifact's files; Packer's post-processor `checksum`.
///
/// The options are Packer's (see ``fields``), and so is the form of the files: a line `HASH`, tab,
/// file name without directory for each file of the artifact, in the artifact's order.
///
/// **Differences from Packer 1.16.** A build that is repeated replaces the lines of its files, where
/// Packer adds them once more. Nothing is written before every file was read; a checksum file is
/// whole at every moment, also when builds side by side share it; it is never hashed into itself. A
/// file is read once for all hashes, and one that changes meanwhile is an error. The artifact names
/// the checksum files also when they were there before, and removing it leaves what was hashed alone.
public struct ChecksumPostProcessor: PostProcessor {
    let configuration: ChecksumConfiguration
    let context: PrepareContext

    /// The options, in the order of their declaration, for documentation and plugin specs.
    public static var fields: [FieldSpecification] { ChecksumConfiguration.fields }

    /// Checks the options and makes the post-processor.
    ///
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    public static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<ChecksumPostProcessor> {
        let options = try context.decode(ChecksumConfiguration.self, from: configuration)
        return Prepared(
            ChecksumPostProcessor(configuration: options, context: context),
            warnings: options.deprecationWarnings
        )
    }

    /// Hashes every file of the artifact, then writes the checksum files.
    ///
    /// An artifact without files gives an artifact without files, and says so.
    ///
    /// - Returns: The artifact with the checksum files; the input is kept, whatever the template says.
    /// - Throws: ``ChecksumError``; `CommunicatorError` for a file that cannot be read or written;
    ///   `CancellationError`.
    public func postProcess(
        _ artifact: any Artifact,
        ui: any UserInterface
    ) async throws -> PostProcessed {
        let data = try await artifact.state("generated_data")
        if artifact.files.isEmpty {
            await ui.say("The artifact has no files: there is nothing to write checksums of.")
        }
        var made: [String] = []
        var outputs: [String] = []
        for sheet in try await sheets(of: artifact.files, data) {
            await ui.say("Writing checksums to \(sheet.output)")
            if try await ChecksumFile(path: BytePath(sheet.output)).add(sheet.lines) {
                made.append(sheet.output)
            }
            if !artifact.files.contains(sheet.output) { outputs.append(sheet.output) }
        }
        return PostProcessed(
            ChecksumArtifact(files: artifact.files + outputs, made: made, generatedData: data),
            keepsInput: true,
            forcesKeeping: true
        )
    }

    /// What goes into one file.
    private struct Sheet {
        var output: String
        var lines: [ChecksumFile.Line]
    }

    private func sheets(of files: [String], _ data: ConfigurationValue) async throws -> [Sheet] {
        let outputs = try configuration.types.map { try output($0, data) }
        let own = Set(outputs)
        var lines: [[ChecksumFile.Line]] = configuration.types.map { _ in [] }
        for file in files where !own.contains(file) {
            let name = try name(of: file)
            let hashes = try await FileHashes.of(BytePath(file), configuration.types)
            for (index, hash) in hashes.enumerated() {
                lines[index].append(ChecksumFile.Line(hash: hash, name: name))
            }
        }
        var sheets: [Sheet] = []
        for (output, lines) in zip(outputs, lines) where !lines.isEmpty {
            if let known = sheets.firstIndex(where: { $0.output == output }) {
                sheets[known].lines += lines
            } else {
                sheets.append(Sheet(output: output, lines: lines))
            }
        }
        return sheets
    }

    private func output(_ type: ChecksumType, _ data: ConfigurationValue) throws -> String {
        var values: [String: ConfigurationValue] = [:]
        if case .map(let found) = data { values = found }
        do {
            return try context.render(
                configuration.outputTemplate,
                data: GeneratedData(values),
                extra: [
                    "BuildName": context.buildName, "BuilderType": context.builderType,
                    "ChecksumType": type.rawValue,
                ]
            )
        } catch {
            throw ChecksumError(.notRendered, "Error interpolating output: \(error)")
        }
    }

    /// The name that stands in the line; one with a line's end in it could forge another line.
    private func name(of file: String) throws(ChecksumError) -> [UInt8] {
        let name = BytePath(file).name
        guard !name.isEmpty, !name.contains(0x0A), !name.contains(0x0D) else {
            throw ChecksumError(
                .unwritableName,
                "writing the checksum of \(BytePath(file)) failed: its name cannot stand in a line"
            )
        }
        return name
    }
}
