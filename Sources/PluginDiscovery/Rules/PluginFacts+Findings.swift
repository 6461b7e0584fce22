internal import Communicator
internal import PackerRPC

/// The judgement: every rule that the facts break.
extension PluginFacts {
    /// Every rule that is broken.
    ///
    /// - Parameters:
    ///   - platform: The machine that looks; a plugin for another one is no defect.
    ///   - apiVersion: The API version of the Packer that looks.
    /// - Returns: The findings by subject: place, name, file, checksum, description.
    package func findings(
        on platform: PluginPlatform = .current,
        apiVersion: PluginAPIVersion = .current
    ) -> [Finding] {
        var found: [Finding] = []
        switch name.form {
        case .other: found = [unknownName]
        case .checksum(let plugin): found = checksumFindings(of: plugin)
        case .component(let kind, let component):
            found = componentFindings(kind, component) + fileFindings
        case .plain:
            found = placeFindings + missingVersions + fileFindings
        case .versioned(let versioned):
            found =
                placeFindings + nameFindings(versioned, platform, apiVersion) + fileFindings
        }
        return found + descriptionFindings(apiVersion)
    }

    func finding(_ rule: LoadingRule, _ found: String, _ remedy: String) -> Finding {
        Finding(rule, layout, found: found, remedy: remedy)
    }

    private var unknownName: Finding {
        finding(
            .name,
            "no Packer looks for a file of this name",
            "Name it packer-plugin-NAME_vX.Y.Z_xA.B_OS_ARCH."
        )
    }

    private func checksumFindings(of plugin: String) -> [Finding] {
        guard folders?.isEmpty ?? false else {
            guard folders == nil else { return [] }
            return [
                finding(.name, "it is a plugin's checksum", "Name the plugin itself: \(plugin).")
            ]
        }
        return [
            finding(
                .checksumPlace,
                "Packer up to 1.9.2 runs it as a plugin",
                "Remove it: what lies at the top needs no checksum."
            )
        ]
    }

    private func componentFindings(_ kind: String, _ component: String) -> [Finding] {
        var found: [Finding] = []
        if let folders, !folders.isEmpty {
            found.append(
                finding(
                    .componentPlace,
                    "it lies in \(shown(folders)), where no Packer looks for it",
                    "Move it to the top of the folder of plugins."
                )
            )
        }
        if let underscore = component.firstIndex(of: "_") {
            found.append(
                finding(
                    .componentName,
                    "since Packer 1.8.1 its name is \(shown(String(component[..<underscore])))",
                    "Use a dash in place of the underscore."
                )
            )
        }
        return found
    }

    /// A plain name below folders has nothing that newer Packers look for.
    private var missingVersions: [Finding] {
        guard let folders, !folders.isEmpty else { return [] }
        return [
            finding(
                .platform,
                "the name has neither versions nor a platform",
                "Name it packer-plugin-NAME_vX.Y.Z_xA.B_OS_ARCH, or move it to the top for Packer 1.6 to 1.10."
            )
        ]
    }

    // MARK: - The file and its checksum

    private var fileFindings: [Finding] {
        var found: [Finding] = []
        switch kind {
        case .regular?:
            if !isExecutable {
                found.append(
                    finding(.executable, "it may not be executed", "Give it the mode 0755.")
                )
            }
            if let unsafePlace {
                found.append(
                    finding(
                        .safe,
                        "\(unsafePlace) may be written by everybody, so it was not run",
                        "Take the right to write from others."
                    )
                )
            }
        case .fifo? where checksum == .uncompared || checksum == .pipe:
            found.append(pipe)
        default:
            let what = kind.map(\.name) ?? "a symbolic link to nothing"
            found.append(
                finding(.regularFile, "it is \(what)", "Put the plugin's file in its place.")
            )
        }
        return found + (kind == .regular ? checksumFinding.map { [$0] } ?? [] : [])
    }

    private var pipe: Finding {
        finding(.pipe, "a named pipe, which Packer would wait to read", "Remove it.")
    }

    private var checksumFinding: Finding? {
        let write = "Write the 64 digits of sha256sum there."
        switch checksum {
        case nil, .matching?, .uncompared?: return nil
        case .missing(let why)?: return finding(.checksum, why, write)
        case .pipe?: return pipe
        case .malformed(let why)?: return finding(.checksumForm, why, write)
        case .unreadableFile(let why)?:
            return finding(.checksumMatch, why, "Let everybody read it, mode 0755.")
        case .mismatch(let said, let actual)?:
            return finding(
                .checksumMatch,
                "it says \(said.prefix(12))…, and the file has \(actual.prefix(12))…; it was not run",
                "Fetch the plugin again, or, where the file is right, write its sum."
            )
        }
    }

    func shown(_ text: String) -> String { BytePath.display(Array(text.utf8)) }

    func shown(_ folders: [String]) -> String { shown(folders.joined(separator: "/")) }
}
