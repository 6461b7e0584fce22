internal import Components

extension PrepareContext {
    /// The variables that every script gets: what Packer says of the build, then the template's.
    func variables(
        _ ofTemplate: [(name: String, value: String)],
        data: GeneratedData
    ) throws(ShellProvisionerError) -> [String: [UInt8]] {
        var values = [
            "PACKER_BUILD_NAME": Array(buildName.utf8),
            "PACKER_BUILDER_TYPE": Array(builderType.utf8),
        ]
        for part in ["Addr", "IP", "Port"] {
            let name = part.uppercased()
            guard let text = data.text("PackerHTTP\(part)"),
                text != "ERR_HTTP_\(name)_NOT_IMPLEMENTED_BY_BUILDER", !text.isEmpty
            else { continue }
            values["PACKER_HTTP_\(name)"] = Array(text.utf8)
        }
        for (name, value) in ofTemplate {
            values[name] = Array(try renderedAgain(value, name, data: data).utf8)
        }
        return values
    }

    /// Inline commands, rendered for this run of the build.
    func inlineLines(
        _ commands: [String],
        data: GeneratedData
    ) throws(ShellProvisionerError) -> [String] {
        var lines: [String] = []
        for command in commands {
            do {
                lines.append(try render(command, data: data))
            } catch {
                throw ShellProvisionerError(
                    .notRendered,
                    "Error interpolating Inline: \(error).",
                    script: "inline"
                )
            }
        }
        return lines
    }

    /// A text that waits for what the builder finds out; any other is complete already.
    func renderedAgain(
        _ text: String,
        _ name: String,
        data: GeneratedData
    ) throws(ShellProvisionerError) -> String {
        do {
            return try completed(text, data: data)
        } catch {
            throw ShellProvisionerError(.notRendered, "Error interpolating \(name): \(error).")
        }
    }
}
