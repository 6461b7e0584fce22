internal import Communicator
package import PluginDiscovery

/// Looks for plugins, in order, and runs none.
///
/// Never in the working directory: what lies there with a plugin's name is only told of.
package struct PluginSearch: Sendable {
    /// Where, the first first.
    package var places: [PluginPlace]
    /// This machine's name in names of files.
    package var platform = PluginPlatform.current
    /// The working directory, whose plugins are told of.
    package var workingDirectory: String?

    /// A search of some places.
    package init(_ places: [PluginPlace], workingDirectory: String? = nil) {
        self.places = places
        self.workingDirectory = workingDirectory
    }

    /// What there is.
    ///
    /// - Returns: The plugins, and what is wrong with others.
    /// - Throws: `CancellationError` alone: what cannot be read is rejected.
    package func catalog() async throws -> PluginCatalog {
        var catalog = PluginCatalog()
        var searched: Set<String> = []
        for place in places {
            // Links on the way are followed here, and never again: what was judged is what is opened.
            let real = try await CancellableFileWork.run { _ in PluginTrust.resolved(place.path) }
            // The same folder by two names is one.
            if let real, !searched.insert(real).inserted { continue }
            let (plugins, rejected) = try await contents(of: place, real)
            catalog.add(plugins)
            catalog.rejected += rejected
        }
        if let warning = try await leftAside() {
            catalog.rejected.append(.init(warning, at: nil))
        }
        return catalog
    }

    /// What a place has that leads to `real`, or nowhere.
    private func contents(
        of place: PluginPlace,
        _ real: String?
    ) async throws -> ([FoundPlugin], [PluginCatalog.Rejected]) {
        // Nobody said that there is one.
        guard place.isNamed || real != nil else { return ([], []) }
        let folder = PluginFolder(BytePath(real ?? place.path))
        let contents: PluginFolder.Contents
        do {
            contents = try await folder.contents()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let reason = (error as? CommunicatorError)?.detail ?? "\(error)"
            let remedy = "See that the path is right, and that you may read it."
            let refusal = Refused(place.path, reason, remedy: remedy)
            return ([], [.init(refusal, at: place)])
        }
        let files = contents.files.filter { file in
            // Packer looks for those without a version at the top alone.
            if case .versioned = file.name.form { return Self.isPlugin(file.name) }
            return Self.isPlugin(file.name) && file.folders?.isEmpty == true
        }
        guard !files.isEmpty else { return ([], []) }
        return try await CancellableFileWork.run { checkCancellation in
            try judge(files, place, checkCancellation)
        }
    }

    /// Whether a file is a plugin by its name, and not what lies beside one.
    private static func isPlugin(_ name: PluginFileName) -> Bool {
        guard !SignatureFile.isOne(name.bytes) else { return false }
        switch name.form {
        // Packer takes the checksum of a single component for another one.
        case .component(_, let name): return !name.hasSuffix(PluginFileName.checksumSuffix)
        case .plain, .versioned: return true
        case .checksum, .other: return false
        }
    }

    private func judge(
        _ files: [PluginFile],
        _ place: PluginPlace,
        _ checkCancellation: () throws -> Void
    ) throws -> ([FoundPlugin], [PluginCatalog.Rejected]) {
        var doubts: [String: PluginTrust.Doubt?] = [:]
        var (plugins, rejected): ([FoundPlugin], [PluginCatalog.Rejected]) = ([], [])
        for file in files.sorted(by: { "\($0.path)" < "\($1.path)" }) {
            try checkCancellation()
            let path = "\(file.path)"
            let parent = "\(file.path.parent)"
            let folderDoubt = doubts[parent] ?? PluginTrust.doubt(ofFolder: parent)
            let isNew = doubts.updateValue(folderDoubt, forKey: parent) == nil
            if let folderDoubt {
                // Once for all that is in it.
                guard isNew else { continue }
                let refusal = Refused(parent, folderDoubt.reason, remedy: folderDoubt.remedy)
                rejected.append(.init(refusal, at: place))
            } else if let machine = otherMachine(file) {
                let refusal = Refused(
                    path,
                    "it is for \(machine), and this machine is \(platform)",
                    remedy: "Install it for \(platform), too."
                )
                rejected.append(.init(refusal, at: place, isForOtherMachine: true))
            } else if let doubt = PluginTrust.doubt(ofFile: path) ?? named(file) {
                let refusal = Refused(path, doubt.reason, remedy: doubt.remedy)
                rejected.append(.init(refusal, at: place))
            } else if let plugin = found(file, place) {
                plugins.append(plugin)
            }
        }
        return (plugins, rejected)
    }

    /// The machine that a file is for, where it is not this one.
    private func otherMachine(_ file: PluginFile) -> PluginPlatform? {
        guard case .versioned(let name) = file.name.form else { return nil }
        return name.platform.flatMap { $0 == platform ? nil : $0 }
    }

    /// Why a name is none that is used here.
    private func named(_ file: PluginFile) -> PluginTrust.Doubt? {
        guard case .versioned(let name) = file.name.form else { return nil }
        let form = "packer-plugin-NAME_vX.Y.Z_xA.B_\(platform)"
        let remedy = "Name it \(form); `packer-swift plugins lint` says more."
        if let other = name.unknownPlatform {
            return .init(reason: "its name is for \(other), which is no machine", remedy: remedy)
        }
        guard let version = name.version, version.first == "v",
            PluginVersion(String(version.dropFirst())) != nil
        else { return .init(reason: "its name has no version", remedy: remedy) }
        guard let text = name.apiVersion else { return nil }
        guard let api = PluginAPIVersion(text) else {
            return .init(reason: "\(text) is no version of the API", remedy: remedy)
        }
        guard PluginAPIVersion.current.takes(api) else {
            return .init(
                reason: "it is for version \(api) of the API, and this host has "
                    + "\(PluginAPIVersion.current)",
                remedy: "Install a version of the plugin for \(PluginAPIVersion.current)."
            )
        }
        return nil
    }

    private func found(_ file: PluginFile, _ place: PluginPlace) -> FoundPlugin? {
        let path = "\(file.path)"
        switch file.name.form {
        case .component(let kind, let name):
            return FoundPlugin(
                path: path,
                content: .component(kind: kind, name: name),
                version: nil,
                apiVersion: nil,
                place: place
            )
        case .plain(let name):
            return FoundPlugin(
                path: path,
                content: .set(name: name),
                version: nil,
                apiVersion: nil,
                place: place
            )
        case .versioned(let name):
            return FoundPlugin(
                path: path,
                content: .set(name: name.name),
                version: name.version.flatMap { PluginVersion(String($0.dropFirst())) },
                apiVersion: name.apiVersion.flatMap(PluginAPIVersion.init),
                place: place
            )
        case .checksum, .other: return nil
        }
    }

    /// What lies in the working directory, where Packer up to 1.10 would run it.
    private func leftAside() async throws -> Refused? {
        guard let workingDirectory else { return nil }
        let isSearched = places.contains {
            PluginTrust.resolved($0.path) == PluginTrust.resolved(workingDirectory)
        }
        guard !isSearched else { return nil }
        let names = try await CancellableFileWork.run { _ in
            (try? LocalDirectory.names(in: BytePath(workingDirectory))) ?? []
        }.filter { Self.isPlugin(PluginFileName($0)) }.map { BytePath.display($0) }.sorted()
        guard let first = names.first else { return nil }
        let more = names.count > 1 ? " (and \(names.count - 1) more)" : ""
        return Refused(
            "\(workingDirectory)/\(first)",
            "nothing is run from the working directory unasked\(more)",
            remedy: "Say `-plugin-path .` if you mean it."
        )
    }
}
