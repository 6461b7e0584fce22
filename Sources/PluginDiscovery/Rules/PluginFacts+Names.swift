/// The judgement of a plugin's name, and of the folders that it lies in.
extension PluginFacts {
    /// What is wrong with the folders; nothing where they are not known.
    var placeFindings: [Finding] {
        guard let folders, !folders.isEmpty else { return [] }
        var found: [Finding] = []
        switch folders.count {
        case 1, 2:
            found.append(
                finding(
                    .sourceParts,
                    "it lies below \(folders.count) of three folders",
                    "Move it to HOST/NAMESPACE/NAME, as in github.com/example/swift."
                )
            )
        case 3: break
        case 4...16:
            found.append(
                finding(
                    .threeParts,
                    "it lies below \(folders.count) folders",
                    "For Packer before 1.11, use HOST/NAMESPACE/NAME."
                )
            )
        default:
            found.append(
                finding(
                    .depth,
                    "it lies below \(folders.count) folders",
                    "Use a shorter source address, at most 16 parts."
                )
            )
        }
        return found + (folders.count == 3 ? sourceFindings(folders) : [])
    }

    /// What Packer before 1.11 minds about the three folders of a source address.
    private func sourceFindings(_ folders: [String]) -> [Finding] {
        var found: [Finding] = []
        guard let plugin = name.plugin else { return [] }
        if folders[2] != plugin {
            found.append(
                finding(
                    .sourceName,
                    "the folder is \(shown(folders[2])), and the plugin \(shown(plugin))",
                    "Name the folder as the plugin."
                )
            )
        }
        let parts = [folders[1], plugin].filter {
            !SourceAddress.isLowerCaseLabel($0) && SourceAddress.fault(inName: plugin) == nil
        }
        if let part = parts.first {
            found.append(
                finding(
                    .lowerCase,
                    "Packer before 1.11 does not look for \(shown(part))",
                    "Use a-z, 0-9 and single dashes between them."
                )
            )
        }
        return found
    }

    /// What is wrong with what stands between the underscores of a name.
    func nameFindings(
        _ versioned: VersionedPluginName,
        _ platform: PluginPlatform,
        _ apiVersion: PluginAPIVersion
    ) -> [Finding] {
        guard folders?.isEmpty != true else {
            return [
                finding(
                    .versionedPlace,
                    "it lies at the top, where up to Packer 1.8.0 all of it is the plugin's name",
                    "Move it to HOST/NAMESPACE/NAME, as in github.com/example/swift."
                )
            ]
        }
        var found: [Finding] = []
        if let fault = SourceAddress.fault(inName: versioned.name) {
            found.append(
                finding(.pluginName, fault, "Name the plugin otherwise, in its folder's name too.")
            )
        }
        found += platformFindings(versioned, platform)
        guard let version = versioned.version, let api = versioned.apiVersion else {
            // Without a platform Packer does not read on.
            guard versioned.platform != nil else { return found }
            return found + [missingField(versioned)]
        }
        return found + versionFindings(version) + apiFindings(api, apiVersion)
    }

    private func missingField(_ versioned: VersionedPluginName) -> Finding {
        let only = versioned.version.map { "nothing but \(shown($0))" } ?? "nothing"
        return finding(
            .fields,
            "there is \(only) between the plugin's name and its platform",
            "Name it packer-plugin-NAME_vX.Y.Z_xA.B_OS_ARCH, by the versions that describe prints."
        )
    }

    private func platformFindings(
        _ versioned: VersionedPluginName,
        _ platform: PluginPlatform
    ) -> [Finding] {
        guard let named = versioned.platform else {
            let instead = versioned.unknownPlatform.map { ", but in \(shown($0))" } ?? ""
            return [
                finding(
                    .platform,
                    "the name does not end in an OS and an architecture as Go names them\(instead)",
                    "End the name of a plugin for this machine in _\(platform)."
                )
            ]
        }
        guard named != platform else { return [] }
        return [
            finding(
                .otherPlatform,
                "it is for \(named), and this machine is \(platform)",
                "Lint it on such a machine too."
            )
        ]
    }

    private func versionFindings(_ text: String) -> [Finding] {
        guard let version = PluginVersion(text) else {
            return [
                finding(
                    .version,
                    "\(shown(text)) in the name is no version",
                    "Write the version that describe prints, with a v before it."
                )
            ]
        }
        var found: [Finding] = []
        if text != "v\(version)" {
            found.append(
                finding(
                    .canonicalVersion,
                    "\(shown(text)) in the name is v\(version) in full",
                    "Write v\(version) in the name."
                )
            )
        }
        if let metadata = version.metadata {
            found.append(
                finding(
                    .metadata,
                    "the version in the name has the metadata \(shown(metadata))",
                    "Leave the plus and what follows it out of the name."
                )
            )
        }
        if let preRelease = version.preRelease, preRelease != "dev" {
            found.append(
                finding(
                    .preRelease,
                    "the version in the name has the pre-release \(shown(preRelease))",
                    "Release it as X.Y.Z or X.Y.Z-dev."
                )
            )
        }
        return found
    }

    private func apiFindings(_ text: String, _ host: PluginAPIVersion) -> [Finding] {
        guard let api = PluginAPIVersion(text) else {
            // Before 1.11 the x is of no importance.
            if PluginAPIVersion("x\(text)") != nil {
                return [
                    finding(
                        .apiAgreement,
                        "\(text) in the name is not written as describe writes it",
                        "Write x\(text)."
                    )
                ]
            }
            return [
                finding(
                    .apiVersion,
                    "\(shown(text)) in the name is no API version",
                    "Write the api_version that describe prints, as in x5.0."
                )
            ]
        }
        guard !host.takes(api) else { return [] }
        return [incompatible(api, host)]
    }

    /// A plugin of an API that the host has not.
    func incompatible(_ api: PluginAPIVersion, _ host: PluginAPIVersion) -> Finding {
        finding(
            .compatibility,
            "the plugin has the API version \(api), and Packer \(host)",
            api > host ? "Use a newer Packer, or an older plugin." : "Use a newer plugin."
        )
    }
}
