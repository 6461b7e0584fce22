internal import Communicator
package import PluginDiscovery
package import Processes

/// A plugin's program of which the bytes that run are known: it is opened once, hashed, and that file is
/// what runs, by whatever name there is another by then.
///
/// A script is copied into a folder of this process's own while it is hashed, and the copy runs: its
/// interpreter opens it by a name. So it is on systems that cannot execute an open file.
///
/// **Ownership.** One serves any number of starts, and is closed by whoever has opened it.
package final class VerifiedProgram: Sendable {
    /// What must be known of a program before it may run.
    package enum Requirement: Sendable, Hashable {
        /// A checksum beside it, which is its own: so for plugins with a version.
        case checksum
        /// A checksum, if there is one beside it, is its own.
        case checksumIfPresent
    }

    /// Where it was found; what it is called when it runs.
    package let path: String
    /// The hash of what runs.
    package let checksum: PluginChecksum
    /// What lies beside it as its checksum, as it was read, if that is its own.
    let checksumFile: [UInt8]?
    /// Whether a checksum beside it, which is its own, was found.
    package var hasChecksum: Bool { checksumFile != nil }

    /// Whether a key that is known has signed it; `false` too where no signature is asked for.
    package var isSigned: Bool { signed.withLock { $0 } }
    private let signed = LockedValue(false)

    private enum Form {
        case open(ExecutableFile)
        case copy(PrivateCopy)
    }
    private let form: Form

    private static let pieceSize = 1 << 20
    private static let maximumChecksumFile = 65_536
    /// How large a program may be that is signed itself: it is held in memory for that.
    private static let maximumSigned = 1 << 30

    /// Opens, checks and hashes a program.
    ///
    /// - Parameters:
    ///   - path: Where it was found.
    ///   - requirement: What must be known of it.
    ///   - place: A folder of this process's own, for a copy where one is needed.
    ///   - signatures: Who must have signed its checksum, if anybody.
    /// - Returns: The program, to be closed by the caller.
    /// - Throws: ``Refused`` with what to do; `CancellationError`.
    package static func open(
        _ path: String,
        _ requirement: Requirement,
        copyingTo place: String,
        signatures: SignaturePolicy = SignaturePolicy()
    ) async throws -> VerifiedProgram {
        // No child that is being started has the program open to write, if it was put there just now.
        await ChildProcess.waitForStarts()
        let program = try await CancellableFileWork.run { checkCancellation in
            try VerifiedProgram(path, requirement, copyingTo: place, checkCancellation)
        }
        // Nor the copy.
        await ChildProcess.waitForStarts()
        do {
            let isSigned = try await signatures.check(program, copyingTo: place)
            program.signed.withLock { $0 = isSigned }
        } catch {
            program.close()
            throw error
        }
        return program
    }

    private init(
        _ path: String,
        _ requirement: Requirement,
        copyingTo place: String,
        _ checkCancellation: () throws -> Void
    ) throws {
        self.path = path
        let file: ExecutableFile
        do {
            file = try ExecutableFile(opening: Array(path.utf8))
        } catch {
            throw Refused(
                path,
                "\(error)",
                remedy: "Put the file itself where it is looked for.",
                isFinal: false
            )
        }
        var copy: PrivateCopy?
        do {
            try PluginTrust.check(file.status, of: path)
            (checksum, copy) = try Self.hash(file, path, copyingTo: place, checkCancellation)
            checksumFile = try Self.compare(checksum, path, requirement)
            guard file.isUnchanged else {
                throw Refused(
                    path,
                    "it changed while it was read",
                    remedy: "Try again.",
                    isFinal: false
                )
            }
        } catch {
            copy?.remove()
            file.close()
            throw error
        }
        if let copy {
            file.close()
            form = .copy(copy)
        } else {
            form = .open(file)
        }
    }

    private static func hash(
        _ file: ExecutableFile,
        _ path: String,
        copyingTo place: String,
        _ checkCancellation: () throws -> Void
    ) throws -> (PluginChecksum, PrivateCopy?) {
        let hash = RunningSHA256()
        var offset: Int64 = 0
        var copy: PrivateCopy?
        do {
            while true {
                try checkCancellation()
                let piece = try file.read(at: offset, count: pieceSize)
                if offset == 0, PrivateCopy.isNeeded(for: piece) {
                    copy = try PrivateCopy(of: path, in: place)
                }
                guard !piece.isEmpty else { break }
                hash.add(piece)
                try copy?.write(piece)
                offset += Int64(piece.count)
            }
            try copy?.finish()
        } catch {
            copy?.remove()
            if error is CancellationError { throw error }
            throw Refused(path, "\(error)", remedy: "See that it can be read by you.")
        }
        return (hash.end(), copy)
    }

    /// The checksum's file beside it, if there is one, which says what it must.
    private static func compare(
        _ actual: PluginChecksum,
        _ path: String,
        _ requirement: Requirement
    ) throws -> [UInt8]? {
        let beside = path + PluginFileName.checksumSuffix
        let remedy =
            "Install it anew from where you trust; `packer-swift plugins lint` looks at the rest."
        let content: [UInt8]
        do {
            // Behind the digits may be a name, and what a signature is over counts whole.
            content = try LocalFileReader(opening: BytePath(beside))
                .read(at: 0, count: maximumChecksumFile)
        } catch {
            if requirement == .checksumIfPresent, (try? SideFile.isThere(beside)) == false {
                return nil
            }
            let reason = (error as? CommunicatorError)?.detail ?? "\(error)"
            throw Refused(
                path,
                "there is no checksum to be read in \(beside): \(reason)",
                remedy: remedy
            )
        }
        do {
            let said = try PluginChecksum(decoding: content)
            guard said == actual else {
                throw Refused(path, "its SHA-256 is \(actual), not \(said)", remedy: remedy)
            }
        } catch let error as PluginChecksum.Malformed {
            throw Refused(path, "\(beside): \(error)", remedy: remedy)
        }
        return content
    }

    /// How it is run.
    ///
    /// - Throws: ``Refused`` where the file was changed in place since it was verified.
    package func specification(_ arguments: [String]) throws -> ProcessSpecification {
        switch form {
        case .open(let file):
            guard file.isUnchanged else {
                throw Refused(
                    path,
                    "it was changed since it was verified",
                    remedy: "Try again.",
                    isFinal: false
                )
            }
            var specification = ProcessSpecification(path, arguments)
            specification.file = file
            return specification
        case .copy(let copy):
            guard copy.isUnchanged else {
                throw Refused(
                    path,
                    "its copy \(copy.path) is not the one that was verified",
                    remedy: "See who can change what is in that folder."
                )
            }
            return ProcessSpecification(copy.path, arguments)
        }
    }

    /// All of the program's bytes; for a signature over them.
    ///
    /// - Throws: ``Refused`` where they are too many for that, or cannot be read; what
    ///   `checkCancellation` throws.
    func contents(_ checkCancellation: () throws -> Void) throws -> [UInt8] {
        do {
            return try read(checkCancellation)
        } catch let error as ExecutableFile.Failure {
            throw Refused(path, "\(error)", remedy: "See that it can be read by you.")
        }
    }

    private func read(_ checkCancellation: () throws -> Void) throws -> [UInt8] {
        let file: ExecutableFile
        switch form {
        case .open(let open): file = open
        case .copy(let copy): file = try ExecutableFile(opening: Array(copy.path.utf8))
        }
        var contents: [UInt8] = []
        while true {
            try checkCancellation()
            let piece = try file.read(at: Int64(contents.count), count: Self.pieceSize)
            guard !piece.isEmpty else { return contents }
            contents += piece
            guard contents.count <= Self.maximumSigned else {
                throw Refused(
                    path,
                    "it is too large for a signature over the program",
                    remedy: "Have its makers sign its checksum."
                )
            }
        }
    }

    /// Gives up the file, or the copy; what runs goes on.
    package func close() {
        switch form {
        case .open(let file): file.close()
        case .copy(let copy): copy.remove()
        }
    }
}
