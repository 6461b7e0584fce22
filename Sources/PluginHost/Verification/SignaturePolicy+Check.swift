internal import Communicator
internal import PluginDiscovery

extension SignaturePolicy {
    /// How much of a signature is read; real ones have hundreds of bytes.
    private static let maximumSize = 65_536

    /// Checks who has signed a program: its checksum, or the program itself.
    ///
    /// The first of ``SignatureFile/places(beside:)`` that is there counts. A signature of `ssh-keygen -Y
    /// sign` (SSHSIG) is told from one of GnuPG by how it begins.
    ///
    /// - Parameters:
    ///   - program: The program.
    ///   - place: A folder of this process's own, for a copy of the signature.
    /// - Returns: Whether there is a signature, which is good then; `false` where none is asked for.
    /// - Throws: ``Refused``; `CancellationError`.
    func check(_ program: VerifiedProgram, copyingTo place: String) async throws -> Bool {
        guard demand != .never else { return false }
        let places = SignatureFile.places(beside: program.path)
        for file in places {
            guard let signature = try await Self.read(file.path, of: program) else { continue }
            try await check(program, signature, at: file, copyingTo: place)
            return true
        }
        guard demand == .wherePresent else {
            throw Refused(
                program.path,
                "nobody has signed it: there is none of "
                    + places.map(\.path).joined(separator: ", "),
                remedy: "Ask its makers for a signature, or do not ask for one."
            )
        }
        return false
    }

    /// The signature there, or `nil` where there is no file: one that nobody can tell of is no such place.
    private static func read(
        _ path: String,
        of program: VerifiedProgram
    ) async throws -> [UInt8]? {
        try await CancellableFileWork.run { _ in
            do {
                guard try SideFile.isThere(path) else { return nil }
                return try LocalFileReader(opening: BytePath(path))
                    .read(at: 0, count: maximumSize)
            } catch {
                throw Refused(
                    program.path,
                    "its signature \(path) cannot be read: \(error)",
                    remedy: "See that it can be read by you."
                )
            }
        }
    }

    private func check(
        _ program: VerifiedProgram,
        _ signature: [UInt8],
        at file: SignatureFile,
        copyingTo place: String
    ) async throws {
        let isSSH = signature.starts(with: Array("-----BEGIN SSH SIGNATURE-----".utf8))
        let keys = isSSH ? allowedSigners : keyring
        guard let keys else {
            let flag = isSSH ? "-allowed-signers" : "-plugin-keyring"
            throw Refused(
                program.path,
                "\(file.path) is of a key that is not known: \(flag) is not given",
                remedy: "Name the keys that may sign it with \(flag)."
            )
        }
        try await Self.check(keys: keys, isSSH: isSSH, for: program)
        let content: [UInt8]
        if file.isOverProgram {
            content = try await CancellableFileWork.run { try program.contents($0) }
        } else if let sums = program.checksumFile {
            try Self.checkName(in: sums, of: program)
            content = sums
        } else {
            throw Refused(
                program.path,
                "\(file.path) is there, and no checksum that it is over",
                remedy: "Install it anew from where you trust."
            )
        }
        let tool = SignatureTool(
            signature: signature,
            content: content,
            keys: keys,
            place: place
        )
        guard let problem = try await isSSH ? tool.checkSSH() : tool.checkGPG() else { return }
        throw Refused(
            program.path,
            "\(file.path) is no good signature of a key in \(keys): \(problem)",
            remedy: "Install it anew from where you trust, or add its maker's key to \(keys)."
        )
    }

    /// Checks that a signed checksum is that of a file with this name, where it names one as `sha256sum`
    /// does: an older version, signed as well, must not pass for a newer one.
    private static func checkName(in sums: [UInt8], of program: VerifiedProgram) throws {
        let line = sums.prefix { $0 != 0x0A && $0 != 0x0D }.dropFirst(PluginChecksum.digitCount)
        guard line.starts(with: Array("  ".utf8)) || line.starts(with: Array(" *".utf8)) else {
            return
        }
        let said = BytePath(bytes: Array(line.dropFirst(2))).name
        guard said != BytePath(program.path).name else { return }
        throw Refused(
            program.path,
            "what is signed is the checksum of \(BytePath.display(said))",
            remedy: "Give it the name under which it was signed, if that is what you want."
        )
    }

    /// Checks that nobody else could have put keys there, and that they are as the tool takes them.
    private static func check(
        keys: String,
        isSSH: Bool,
        for program: VerifiedProgram
    ) async throws {
        let armor = Array("-----BEGIN PGP".utf8)
        let doubt = try await CancellableFileWork.run { _ -> PluginTrust.Doubt? in
            if let doubt = PluginTrust.doubt(ofKeys: keys) { return doubt }
            let start = try? LocalFileReader(opening: BytePath(keys)).read(
                at: 0,
                count: armor.count
            )
            guard !isSSH, start == armor else { return nil }
            return PluginTrust.Doubt(
                reason: "it is armored, and gpgv takes binary keyrings alone",
                remedy: "Name what `gpg --dearmor` makes of it."
            )
        }
        guard let doubt else { return }
        throw Refused(
            program.path,
            "the keys \(keys) that may have signed it cannot be used: \(doubt.reason)",
            remedy: doubt.remedy
        )
    }
}
