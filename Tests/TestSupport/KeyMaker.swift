/// Makes private keys with `ssh-keygen` and `openssl`, for one test each.
package struct KeyMaker {
    /// Where the keys are.
    package let directory: TemporaryDirectory

    /// A maker with a directory of its own.
    package init() throws { directory = try TemporaryDirectory() }

    /// What a private key file looks like.
    package enum Format: String, Sendable, CaseIterable {
        /// OpenSSH's own.
        case openssh
        /// PKCS#8.
        case pkcs8
        /// The older PEM of its algorithm; ed25519 has none.
        case pem
    }

    /// Makes a key and gives the path of its private half; the public half is in `<path>.pub`.
    ///
    /// Its kind is ssh-keygen's type and size, `rsa-2048` for instance.
    package func key(
        _ kind: String,
        _ format: Format = .openssh,
        passphrase: String = "",
        rounds: Int = 1,
        cipher: String? = nil
    ) async throws -> String {
        let path = directory["\(kind)-\(format)-\(passphrase.isEmpty ? "open" : "locked")"]
        let parts = kind.split(separator: "-").map(String.init)
        let isOpenSSH = format == .openssh
        var arguments = ["-q", "-t", parts[0], "-C", kind, "-f", path]
        if parts.count > 1 { arguments += ["-b", parts[1]] }
        if isOpenSSH { arguments += ["-a", String(rounds), "-N", passphrase] }
        if let cipher { arguments += ["-Z", cipher] }
        if !isOpenSSH { arguments += ["-N", ""] }
        // ssh-keygen writes ed25519 in its own format only.
        if format == .pem || (format == .pkcs8 && parts[0] != "ed25519") {
            arguments += ["-m", format == .pem ? "PEM" : "PKCS8"]
        }
        try await Program("ssh-keygen").succeed(arguments)
        if format == .pkcs8, parts[0] == "ed25519" {
            try await replaceByPKCS8(path)
        }
        if !isOpenSSH, !passphrase.isEmpty { try await lock(path, format, parts[0], passphrase) }
        return path
    }

    /// OpenSSL makes the key, and the public half is read back from it.
    private func replaceByPKCS8(_ path: String) async throws {
        let openssl = Program("openssl")
        try await openssl.succeed(["genpkey", "-algorithm", "ed25519", "-out", path])
        let der = try await Program("sh").succeed([
            "-c", "openssl pkey -in '\(path)' -pubout -outform DER | tail -c 32 | base64 -w0",
        ])
        let script =
            "{ printf '\\0\\0\\0\\013ssh-ed25519\\0\\0\\0\\040'; printf %s '\(der)' | base64 -d; }"
            + " | base64 -w0 | sed 's/^/ssh-ed25519 /' > '\(path).pub'"
        try await Program("sh").succeed(["-c", script])
    }

    private func lock(
        _ path: String,
        _ format: Format,
        _ algorithm: String,
        _ passphrase: String
    ) async throws {
        let locked = path + ".locked"
        let words =
            format == .pkcs8
            ? ["pkcs8", "-topk8", "-v2", "aes-256-cbc"]
            : [algorithm == "rsa" ? "rsa" : "ec", "-aes128"]
                + (algorithm == "rsa" ? ["-traditional"] : [])
        try await Program("openssl").succeed(
            words + ["-in", path, "-out", locked, "-passout", "pass:\(passphrase)"]
        )
        try await Program("mv").succeed([locked, path])
    }
}
