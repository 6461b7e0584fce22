internal import Communicator
internal import Processes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Who could have put something else where a plugin is.
///
/// What is run must be the user's, or root's, and nobody else may have been able to change it: neither the
/// file, nor a folder on the way to it.
enum PluginTrust {
    /// Why something is not trusted, and what to do.
    struct Doubt: Error, Sendable, Hashable {
        let reason: String
        let remedy: String
    }

    /// Checks an open file.
    ///
    /// - Throws: ``Refused``.
    static func check(_ status: ExecutableFile.Status, of path: String) throws {
        if let doubt = doubt(mode: status.mode, user: status.user, path) {
            throw Refused(path, doubt.reason, remedy: doubt.remedy)
        }
    }

    /// Why a file is not trusted, by what the system says of it without following a link.
    static func doubt(ofFile path: String) -> Doubt? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            return Doubt(
                reason: "it cannot be looked at: \(unsafe String(cString: strerror(errno)))",
                remedy: "See that it can be read by you."
            )
        }
        return doubt(mode: UInt32(status.st_mode), user: status.st_uid, path)
    }

    private static func doubt(mode: UInt32, user: UInt32, _ path: String) -> Doubt? {
        switch FileStatus.kind(ofMode: mode) {
        case .regular: break
        case .symbolicLink:
            return Doubt(
                reason: "it is a symbolic link, whose target is looked for anew each time",
                remedy: "Put the file itself there, or name the folder that it is in."
            )
        case let kind:
            return Doubt(reason: "it is \(kind.name)", remedy: "Put a program there.")
        }
        if let doubt = ownership(user, path) { return doubt }
        guard mode & 0o6000 == 0 else {
            return Doubt(
                reason: "it runs with the rights of its owner or its group (mode "
                    + "\(octal(mode)))",
                remedy: "Run `chmod ug-s \(word(path))`."
            )
        }
        if let doubt = writers(mode, path) { return doubt }
        guard mode & 0o111 != 0 else {
            return Doubt(reason: "it may not be executed", remedy: "Run `chmod +x \(word(path))`.")
        }
        return nil
    }

    /// Why a folder is not trusted: it, or one on the way to it, may be changed by somebody else.
    ///
    /// Links on the way are followed first: what counts is where they lead. A folder with the sticky bit,
    /// such as `/tmp`, may be on the way, but is no place for plugins itself.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - mayBeShared: Whether the folder itself may have the sticky bit too: what is made there under a
    ///     name of one's own stays one's own.
    /// - Returns: The doubt, or `nil`.
    static func doubt(ofFolder path: String, mayBeShared: Bool = false) -> Doubt? {
        guard let real = resolved(path) else {
            return Doubt(
                reason: "it cannot be found: \(unsafe String(cString: strerror(errno)))",
                remedy: "See that the path is right."
            )
        }
        var folder = real
        while true {
            var status = stat()
            guard unsafe lstat(folder, &status) == 0 else {
                return Doubt(
                    reason: "\(folder) cannot be looked at: "
                        + "\(unsafe String(cString: strerror(errno)))",
                    remedy: "See that it can be read by you."
                )
            }
            if let doubt = ownership(status.st_uid, folder) { return doubt }
            let mode = UInt32(status.st_mode)
            let isOnTheWay = folder != real || mayBeShared
            guard mode & 0o022 == 0 || (isOnTheWay && mode & 0o1000 != 0) else {
                return Doubt(
                    reason: "others than its owner may change what is in \(folder) (mode "
                        + "\(octal(mode)))",
                    remedy:
                        "Run `chmod go-w \(word(folder))`, once you know that all is right in it."
                )
            }
            guard folder != "/" else { return nil }
            let parent = folder.split(separator: "/").dropLast().joined(separator: "/")
            folder = "/" + parent
        }
    }

    /// Why a file of keys is not trusted, by what it leads to: who can change it decides what may run.
    static func doubt(ofKeys path: String) -> Doubt? {
        var status = stat()
        guard let real = resolved(path), unsafe lstat(real, &status) == 0 else {
            return Doubt(
                reason: "it cannot be found: \(unsafe String(cString: strerror(errno)))",
                remedy: "See that the path is right."
            )
        }
        let kind = FileStatus.kind(ofMode: UInt32(status.st_mode))
        guard kind == .regular else {
            return Doubt(reason: "it is \(kind.name)", remedy: "Name a file of keys.")
        }
        if let doubt = ownership(status.st_uid, real) ?? writers(UInt32(status.st_mode), real) {
            return doubt
        }
        return doubt(ofFolder: "/" + real.split(separator: "/").dropLast().joined(separator: "/"))
    }

    private static func writers(_ mode: UInt32, _ path: String) -> Doubt? {
        guard mode & 0o022 != 0 else { return nil }
        return Doubt(
            reason: "others than its owner may write it (mode \(octal(mode)))",
            remedy: "Run `chmod go-w \(word(path))`, once you know that it is what it should be."
        )
    }

    private static func ownership(_ user: UInt32, _ path: String) -> Doubt? {
        let own = geteuid()
        guard user != own, user != 0 else { return nil }
        return Doubt(
            reason: "\(path) is user \(user)'s, neither yours (\(own)) nor root's",
            remedy: "Run `chown \(own) \(word(path))`, once you know that it is what it should be."
        )
    }

    /// The path without links, or `nil`.
    static func resolved(_ path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    /// A path as a shell takes it for what it is, to be pasted.
    private static func word(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            (0x2B...0x3A).contains(byte) || (0x40...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || byte == 0x5F
        }
        return isPlain ? path : ShellWord.quote(path)
    }

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
