internal import Communicator
internal import Deadlines
internal import PluginDiscovery
internal import Processes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Has the system's own programs check a signature: `ssh-keygen -Y verify` (ssh-keygen(1)) and `gpgv`.
struct SignatureTool: Sendable {
    let signature: [UInt8]
    let content: [UInt8]
    /// The file of the keys that are known.
    let keys: String
    /// A folder of this process's own, for the signature as a file.
    let place: String

    /// Where the programs are looked for: never where `PATH` says, which others may have set.
    private static let folders = [
        "/usr/local/bin", "/usr/bin", "/bin", "/opt/homebrew/bin", "/run/current-system/sw/bin",
    ]
    /// How many of a key's names are tried.
    private static let maximumNames = 100

    /// How long a program may take.
    private static let limit = Duration.seconds(30)
    /// What signers of plugins may have said that they sign: `-n` of `ssh-keygen`.
    private static let namespaces = ["packer-plugin", "file"]

    /// What is wrong with an SSH signature, or `nil`.
    ///
    /// - Throws: `CancellationError`.
    func checkSSH() async throws -> String? {
        try await withFile { path in
            let found = try await run(
                "ssh-keygen",
                ["-Y", "find-principals", "-s", path, "-f", keys]
            )
            let said = String(decoding: found.output, as: UTF8.self).split(separator: "\n")
            guard found.isSuccess, let first = said.first.map(String.init) else {
                return found.problem
            }
            let names = [first] + (try await otherNames(than: first))
            var problem: String?
            for name in names.prefix(Self.maximumNames) {
                for namespace in Self.namespaces {
                    let said = try await run(
                        "ssh-keygen",
                        ["-Y", "verify", "-f", keys, "-I", name, "-n", namespace, "-s", path]
                    )
                    if said.isSuccess { return nil }
                    problem = problem ?? said.problem
                }
            }
            guard names.count > Self.maximumNames else { return problem }
            return "\(problem ?? ""); of its \(names.count) names \(Self.maximumNames) were tried"
        }
    }

    /// By what other names the signature's key may sign.
    private func otherNames(than first: String) async throws -> [String] {
        guard let key = AllowedSigners.key(of: signature) else { return [] }
        let keys = keys
        let content = try await CancellableFileWork.run { _ in
            try? LocalFileReader(opening: BytePath(keys)).read(at: 0, count: 1 << 20)
        }
        var names: [String] = []
        for name in AllowedSigners(content ?? []).names(of: key)
        where name != first && !names.contains(name) {
            names.append(name)
        }
        return names
    }

    /// What is wrong with a signature of GnuPG, or `nil`; as ``checkSSH()``.
    ///
    /// `gpgv` ends with 0 for keys that have expired or were revoked, too: its words tell of them.
    func checkGPG() async throws -> String? {
        // A name without a slash would be looked for in GnuPG's own folder.
        let ring = keys.contains("/") ? keys : "./\(keys)"
        return try await withFile { path in
            let said = try await run("gpgv", ["--status-fd", "1", "--keyring", ring, path, "-"])
            let status = GPGStatus(said.output)
            guard said.isSuccess, status.isGood else {
                return status.problem.map { "\($0): \(said.problem)" } ?? said.problem
            }
            return nil
        }
    }

    private struct Said {
        var isSuccess = false
        var output: [UInt8] = []
        var problem = ""
    }

    private func run(_ name: String, _ arguments: [String]) async throws -> Said {
        struct Late: Error {}
        var specification = ProcessSpecification(
            name,
            arguments,
            environment: [
                "PATH=\(Self.folders.joined(separator: ":"))", "LC_ALL=C", "HOME=/nonexistent",
            ]
        )
        specification.standardInput = .pipe
        let child: ChildProcess
        do {
            child = try await .spawn(specification)
        } catch let error as ChildProcess.SpawnError where error.reason == .notFound {
            return Said(
                problem: "\(name) is not there to check it, in none of "
                    + "\(Self.folders.joined(separator: ", ")); install it"
            )
        } catch {
            if error is CancellationError { throw error }
            return Said(problem: "\(name) cannot be run to check it: \(error)")
        }
        do {
            let said = try await withDeadline(Self.limit, throwing: Late()) {
                try await converse(with: child)
            }
            await child.terminateTree(grace: .zero)
            return said
        } catch {
            await child.terminateTree(grace: .zero)
            if error is CancellationError { throw error }
            guard error is Late else { return Said(problem: "\(name) cannot be read: \(error)") }
            return Said(problem: "\(name) did not end within \(Self.limit)")
        }
    }

    private func converse(with child: ChildProcess) async throws -> Said {
        async let output = Self.beginning(of: child.standardOutput)
        async let complaint = Self.beginning(of: child.standardError)
        // What is not read to its end tells by its exit status.
        try? await child.standardInput?.write(content)
        child.standardInput?.close()
        var said = Said(output: try await output)
        let words = try await complaint
        let text = BytePath.display(Array((words.isEmpty ? said.output : words).prefix(1024)))
        let end = try await child.wait()
        said.isSuccess = end == .exited(0)
        said.problem = "\(text) (\(end.spelledOut))"
        return said
    }

    /// Reads to the end, and keeps more than any of the programs says of one signature.
    private static func beginning(of stream: PipeReader?) async throws -> [UInt8] {
        var kept: [UInt8] = []
        while let bytes = try await stream?.read() { kept += bytes.prefix(65_536 - kept.count) }
        return kept
    }

    /// Does something with the signature in a file of this process's own.
    private func withFile(_ work: (String) async throws -> String?) async throws -> String? {
        let path = "\(place)/\(String(UInt64.random(in: 0 ... .max), radix: 36)).sig"
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        let count = file >= 0 ? unsafe write(file, signature, signature.count) : -1
        if file >= 0 { _ = close(file) }
        defer { unsafe unlink(path) }
        guard count == signature.count else {
            return "it cannot be written to \(path) to be checked"
        }
        return try await work(path)
    }
}
