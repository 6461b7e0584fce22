internal import Communicator
internal import PluginDiscovery

/// Takes installed plugins away, each with its checksum and its signatures.
package struct PluginRemoval: Sendable {
    /// What could not be taken away, and what to do.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What failed, what was found, what to do.
        package let description: String
    }

    private let catalog: PluginCatalog

    /// A removal of what was found.
    package init(from catalog: PluginCatalog) {
        self.catalog = catalog
    }

    /// The plugins that a user means.
    ///
    /// - Parameters:
    ///   - name: The path of a plugin's file, or the address of its source, `github.com/hashicorp/docker`.
    ///   - version: Only this version of a source's plugins, with or without `v`.
    /// - Returns: At least one, in the order of their paths.
    /// - Throws: ``Failure`` when there is none.
    package func plugins(_ name: String, version: String? = nil) throws -> [FoundPlugin] {
        let all = catalog.found + catalog.shadowed.map(\.plugin)
        let found: [FoundPlugin]
        if name.hasPrefix("/") || name.hasPrefix("./") {
            let path = PluginTrust.resolved(name) ?? name
            found = all.filter { (PluginTrust.resolved($0.path) ?? $0.path) == path }
        } else {
            guard name.split(separator: "/", omittingEmptySubsequences: false).count >= 3 else {
                throw Failure(
                    description: "\(name) is no source of plugins; write it whole, as "
                        + "github.com/NAME/PLUGIN, or the path of the file"
                )
            }
            found = all.filter { $0.source == name }
        }
        let wanted = version.flatMap {
            PluginVersion($0.hasPrefix("v") ? String($0.dropFirst()) : $0)
        }
        if let version, wanted == nil {
            throw Failure(description: "\(version) is no version; write it as 1.2.3")
        }
        let matching = found.filter { wanted == nil || $0.version == wanted }
        guard matching.isEmpty else { return matching.sorted { $0.path < $1.path } }
        let there = Set(found.compactMap { $0.version.map { "\($0)" } }).sorted()
        let versions = there.isEmpty ? "" : "; there are \(there.joined(separator: ", "))"
        throw Failure(
            description:
                "no plugin \(name)\(version.map { " \($0)" } ?? "") is installed\(versions). "
                + "`packer-swift plugins installed` says which are"
        )
    }

    /// Removes a plugin's file, then what lies beside it; what is not there is no error.
    ///
    /// - Throws: ``Failure`` when the file stays.
    package func remove(_ plugin: FoundPlugin) async throws {
        try await CancellableFileWork.run { _ in
            LocalDirectory.removeFile(BytePath(plugin.path))
            if (try? FileStatus.of(BytePath(plugin.path), following: false)) != nil {
                throw Failure(
                    description:
                        "\(plugin.path) could not be removed; see that you may write its folder"
                )
            }
            LocalDirectory.removeFile(BytePath(plugin.path + PluginFileName.checksumSuffix))
            for signature in SignatureFile.places(beside: plugin.path) {
                LocalDirectory.removeFile(BytePath(signature.path))
            }
        }
    }
}

extension FoundPlugin {
    /// The address of its source: the folders between the folder of plugins and the file.
    fileprivate var source: String? {
        guard let folder = PluginTrust.resolved(place.path), path.hasPrefix(folder + "/") else {
            return nil
        }
        return path.dropFirst(folder.count + 1).split(separator: "/").dropLast()
            .joined(separator: "/")
    }
}
