internal import Configuration
internal import Interpolation
internal import PackerRPC
internal import Processes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Where a plugin writes the transcript of its conversation: `PACKER_SWIFT_TRACE` says.
///
/// `1` is the plugin's log, which Packer shows with `PACKER_LOG=1`; a path that begins with `/` is a
/// file, which all plugins of a build may share: each line is one write at its end.
enum TraceOutput {
    static let variable = "PACKER_SWIFT_TRACE"

    /// Begins the transcript that the environment asks for.
    ///
    /// - Parameters:
    ///   - fields: The component's options, which say what is secret.
    ///   - name: The component's name.
    /// - Returns: The transcript; `nil` for none.
    /// - Throws: `PluginInvocation.Refusal` for what is neither `1` nor a file that can be written.
    static func trace(
        of fields: @autoclosure () -> [FieldSpecification],
        named name: String
    ) throws(PluginInvocation.Refusal) -> RPCTrace? {
        let place = ProcessEnvironment.variables[variable] ?? ""
        let write: @Sendable (String) -> Void
        switch place {
        case "", "0": return nil
        case "1": write = { PluginLog.write("[TRACE] \($0)") }
        default:
            let file = try open(place)
            let speaker = "\(name)[\(getpid())]"
            write = { line in
                let bytes = Array("\(UTCTime.now().rfc3339) \(speaker) \(line)\n".utf8)
                // Nobody is there to hear that a disk is full: the build goes on without.
                try? StandardOutput.write(bytes, to: file)
            }
        }
        return RPCTrace(of: .plugin, sensitiveOptions: sensitive(fields()), write: write)
    }

    /// Opens a file, which is this user's alone then, also where it was there before.
    ///
    /// It is not followed to where a link leads, and is no pipe, where a line may be parted.
    private static func open(_ path: String) throws(PluginInvocation.Refusal) -> Int32 {
        var found = "is no absolute path"
        if path.hasPrefix("/") {
            let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
            let file = openFile(path, flags, 0o600)
            if file >= 0, isOwnFile(file) { return file }
            found =
                file >= 0
                ? "is no file of this user's"
                : "cannot be written: \(unsafe String(cString: strerror(errno)))"
            if file >= 0 { close(file) }
        }
        throw PluginInvocation.Refusal(
            description: "\(variable) is \"\(path)\", which \(found); use 1 for the log, or the "
                + "path of a file"
        )
    }

    private static func isOwnFile(_ file: Int32) -> Bool {
        var status = stat()
        return unsafe fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && status.st_uid == geteuid() && fchmod(file, 0o600) == 0
    }

    private static func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
        #if canImport(Glibc)
            unsafe Glibc.open(path, flags, mode)
        #elseif canImport(Musl)
            unsafe Musl.open(path, flags, mode)
        #else
            unsafe Darwin.open(path, flags, mode)
        #endif
    }

    /// The options that are secrets, old names and those within blocks among them.
    private static func sensitive(_ fields: [FieldSpecification]) -> Set<String> {
        fields.reduce(into: []) { names, field in
            if field.isSensitive { names.formUnion([field.name] + field.aliases) }
            names.formUnion(sensitive(blocks(in: field.type)))
        }
    }

    private static func blocks(in type: FieldType) -> [FieldSpecification] {
        switch type {
        case .block(let fields): fields
        case .list(let type), .map(let type): blocks(in: type)
        default: []
        }
    }
}
