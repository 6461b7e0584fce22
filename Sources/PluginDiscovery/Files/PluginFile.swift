package import Communicator

/// A file, or a folder, with a name as plugins have them.
package struct PluginFile: Sendable, Hashable {
    /// Where it is.
    package let path: BytePath
    /// What its name says.
    package let name: PluginFileName
    /// The names of the folders from the folder of plugins on; `nil` for one file alone.
    package let folders: [[UInt8]]?

    /// A file by its path.
    package init(_ path: BytePath, folders: [[UInt8]]? = nil) {
        self.path = path
        self.folders = folders
        name = PluginFileName(path.name)
    }

    /// Looks at the file and what lies beside it, and asks the plugin what it has.
    ///
    /// It is run where Packer would run it to ask, and never when it is no regular file, may not be
    /// executed, may be written by everybody (as may the folder that it is in), is named for another
    /// machine, or has a checksum that is not its own.
    ///
    /// - Parameters:
    ///   - platform: This machine's.
    ///   - limit: How long it may take to say what it has.
    /// - Returns: The facts.
    /// - Throws: `CancellationError` alone; what cannot be read is among the facts.
    package func inspect(
        on platform: PluginPlatform = .current,
        limit: Duration = .seconds(10)
    ) async throws -> PluginFacts {
        var facts = PluginFacts(
            name: name,
            folders: folders?.map { String(decoding: $0, as: UTF8.self) }
        )
        let path = path
        let (status, place) = try await CancellableFileWork.run { _ in
            (try? FileStatus.of(path), Self.unsafePlace(path))
        }
        facts.kind = status?.kind
        facts.isExecutable = status.map { $0.mode & 0o111 != 0 } ?? false
        facts.unsafePlace = place
        let isNested = facts.layout == .nested || facts.layout == .deep
        if case .versioned = name.form, isNested {
            facts.checksum = try await checksum(isReadable: status?.kind == .regular)
        }
        if mayRun(facts, platform) {
            facts.description = try await PluginProgram(path, limit: limit).describe()
        }
        return facts
    }

    private func mayRun(_ facts: PluginFacts, _ platform: PluginPlatform) -> Bool {
        guard facts.kind == .regular, facts.isExecutable, facts.unsafePlace == nil else {
            return false
        }
        if case .mismatch = facts.checksum { return false }
        switch name.form {
        case .plain: return true
        case .versioned(let versioned):
            return versioned.platform == nil || versioned.platform == platform
        // A single component is started only to be used.
        case .component, .checksum, .other: return false
        }
    }

    /// What everybody may write: the file, or the folder that it is in, where nobody is kept from
    /// putting another file in its place.
    private static func unsafePlace(_ path: BytePath) -> String? {
        let folder = path.parent.bytes.isEmpty ? BytePath(".") : path.parent
        if let mode = (try? FileStatus.of(path))?.mode, mode & 0o002 != 0 { return "the file" }
        // With the sticky bit, as in /tmp, everybody may change what is his own.
        if let mode = (try? FileStatus.of(folder))?.mode, mode & 0o1002 == 0o002 {
            return "its folder"
        }
        return nil
    }

    private func checksum(isReadable: Bool) async throws -> PluginFacts.Checksum {
        let beside = BytePath(bytes: path.bytes + Array(PluginFileName.checksumSuffix.utf8))
        let said: PluginChecksum
        do {
            said = try await CancellableFileWork.run { _ in
                let file = try LocalFileReader(opening: beside)
                return try PluginChecksum(
                    decoding: file.read(at: 0, count: PluginChecksum.digitCount)
                )
            }
        } catch let error as PluginChecksum.Malformed {
            return .malformed(error.description)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            if (try? FileStatus.of(beside))?.kind == .fifo { return .pipe }
            return .missing("there is no checksum beside it: \(Self.reason(error))")
        }
        guard isReadable else { return .uncompared }
        do {
            let actual = try await PluginChecksum.of(path)
            return said == actual
                ? .matching : .mismatch(said: "\(said)", actual: "\(actual)")
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return .unreadableFile("the file cannot be read: \(Self.reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        (error as? CommunicatorError)?.detail ?? "\(error)"
    }
}
