#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a build needs of the machine it runs on.
enum LocalMachine {
    static var findings: [Diagnosis.Finding] {
        [system, shell, temporaryDirectory, homeDirectory]
    }

    private static var system: Diagnosis.Finding {
        var name = utsname()
        guard unsafe uname(&name) == 0 else { return .init("system", "unknown") }
        let parts = [text(of: name.sysname), text(of: name.release), text(of: name.machine)]
        return .init("system", parts.joined(separator: " "))
    }

    private static var shell: Diagnosis.Finding {
        guard unsafe access("/bin/sh", X_OK) == 0 else {
            return .init(
                "/bin/sh",
                "cannot be run: \(reason)",
                remedy: "install a POSIX shell; the communicator `local` runs commands with it"
            )
        }
        return .init("/bin/sh", "there")
    }

    private static var temporaryDirectory: Diagnosis.Finding {
        let path = variable("TMPDIR") ?? "/tmp"
        guard unsafe access(path, W_OK | X_OK) == 0 else {
            return .init(
                "temporary files",
                "\(path) cannot be written: \(reason)",
                remedy: "set TMPDIR to a directory that can be"
            )
        }
        return .init("temporary files", "in \(path)")
    }

    private static var homeDirectory: Diagnosis.Finding {
        guard let path = variable("HOME") else {
            return .init("home directory", "HOME is not set: `~` in a key's path stays as it is")
        }
        return .init("home directory", path)
    }

    private static var reason: String {
        guard let text = unsafe strerror(errno) else { return "error \(errno)" }
        return unsafe String(cString: text)
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// The text in one of `utsname`'s arrays, which C hands over as a tuple.
    private static func text<Tuple>(of field: Tuple) -> String {
        unsafe withUnsafeBytes(of: field) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
