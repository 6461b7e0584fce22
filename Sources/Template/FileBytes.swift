#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Small files, read whole.
enum FileBytes {
    /// The content of a file of at most `limit` bytes.
    ///
    /// - Throws: `TemplateErrors` with the system's reason.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        return try contents(of: descriptor, named: path, limit: limit)
    }

    /// What is left to read of an open file, a pipe or a terminal; at most `limit` bytes.
    ///
    /// - Throws: `TemplateErrors` with the system's reason.
    static func contents(
        of descriptor: Int32,
        named path: String,
        limit: Int
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let size = 1 << 16
        while bytes.count <= limit {
            var code: Int32 = 0
            let part = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                let got = unsafe Self.read(descriptor, buffer)
                if got < 0 { code = errno }
                count = max(0, got)
            }
            if code == EINTR { continue }
            guard code == 0 else { throw failure(path, code) }
            guard !part.isEmpty else { return bytes }
            bytes += part
        }
        throw TemplateErrors(
            "the file has more than \(limit) bytes",
            remedy: "name a JSON template or variable file",
            file: path
        )
    }

    @unsafe private static func read(
        _ descriptor: Int32,
        _ buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
            unsafe Musl.read(descriptor, buffer.baseAddress, buffer.count)
        #else
            unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    private static func failure(_ path: String, _ code: Int32) -> TemplateErrors {
        let remedy =
            code == ENOENT
            ? "check the path; it is relative to the working directory"
            : "the file must be readable"
        let reason = unsafe String(cString: strerror(code))
        return TemplateErrors("cannot be read: \(reason)", remedy: remedy, file: path)
    }
}
