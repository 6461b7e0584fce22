internal import PackerRPC

/// The judgement of what a plugin says of itself.
extension PluginFacts {
    /// What is wrong with the description, and with the name beside it.
    func descriptionFindings(_ host: PluginAPIVersion) -> [Finding] {
        switch description {
        case .notRun: return []
        case .failed(let why):
            return [finding(.description, why, "Run it by hand with the argument describe.")]
        case .endless(let seen):
            return [
                finding(
                    .descriptionEnd,
                    seen,
                    "Print the description and end, before anything else is begun."
                )
            ]
        case .described(let description): return findings(about: description, host)
        }
    }

    private func findings(
        about description: PluginDescription,
        _ host: PluginAPIVersion
    ) -> [Finding] {
        var found: [Finding] = []
        if layout != .plain, case .versioned(let versioned) = name.form {
            found = disagreements(versioned, description)
        } else if let api = description.apiVersion.flatMap(PluginAPIVersion.init), !host.takes(api)
        {
            found.append(incompatible(api, host))
        }
        let components =
            description.builders + description.provisioners + description.postProcessors
        if components.contains(PluginDescription.defaultName) {
            found.append(
                finding(
                    .defaultName,
                    "a component has the plugin's own name, which Packer 1.6 does not know",
                    "For Packer 1.6, give it a name of its own."
                )
            )
        }
        if !description.canSpeakProtobuf {
            found.append(
                finding(
                    .protobuf,
                    "it does not speak protobuf, so Packer since 1.12 uses gob with all its plugins",
                    "Build it with a newer SDK."
                )
            )
        }
        return found
    }

    private func disagreements(
        _ versioned: VersionedPluginName,
        _ description: PluginDescription
    ) -> [Finding] {
        let named = versioned.version.flatMap(PluginVersion.init)
        var found = versionDisagreements(named, description.version)
        if let api = versioned.apiVersion, api != description.apiVersion,
            PluginAPIVersion(api) != nil
        {
            found.append(
                finding(
                    .apiAgreement,
                    "the name says \(api), and describe \(description.apiVersion ?? "nothing")",
                    "Name it by the api_version that describe prints."
                )
            )
        }
        return found
    }

    /// What is wrong with a version beside the name's, which may be none: that is said already.
    private func versionDisagreements(_ named: PluginVersion?, _ text: String) -> [Finding] {
        guard let said = PluginVersion(text) else {
            return [
                finding(
                    .describedVersion,
                    "describe prints the version \(shown(text)), which is none",
                    "Give the plugin a version X.Y.Z."
                )
            ]
        }
        guard let named, said != named else { return [] }
        return [
            finding(
                .versionAgreement,
                "the name says \(named), and describe \(said)",
                "Name it by the version that describe prints."
            )
        ]
    }
}
