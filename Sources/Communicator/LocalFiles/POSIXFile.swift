#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system calls on files, with Swift's arrays and errors; the one address of their pointers.
///
/// Every call may block. `EINTR` is retried.
enum POSIXFile {
    static func open(_ path: BytePath, _ flags: Int32, mode: UInt32 = 0) throws -> Int32 {
        try unsafe withPath(path) { name in
            try retrying("open") { unsafe Self.open(name, flags | O_CLOEXEC, mode_t(mode)) }
        }
    }

    static func status(of descriptor: Int32) throws -> FileStatus {
        var status = stat()
        try retrying("fstat") { unsafe fstat(descriptor, &status) }
        return FileStatus(status)
    }

    /// What the path names; a final symbolic link is followed when `following`.
    static func status(of path: BytePath, following: Bool = true) throws -> FileStatus {
        var status = stat()
        try unsafe withPath(path) { name in
            try retrying(following ? "stat" : "lstat") {
                unsafe following ? stat(name, &status) : lstat(name, &status)
            }
        }
        return FileStatus(status)
    }

    /// Reads `count` bytes at `offset`; fewer only at the end of the file.
    static func read(_ descriptor: Int32, at offset: UInt64, count: Int) throws -> [UInt8] {
        try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = unsafe pread(
                    descriptor,
                    buffer.baseAddress.map { unsafe $0 + filled },
                    count - filled,
                    off_t(clamping: offset) + off_t(filled)
                )
                if got < 0 && errno == EINTR { continue }
                guard got >= 0 else { throw SystemError(errno, "read") }
                if got == 0 { break }
                filled += got
            }
        }
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32, at offset: UInt64) throws {
        var done = 0
        while done < bytes.count {
            let put = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(
                    descriptor,
                    buffer.baseAddress.map { unsafe $0 + done },
                    buffer.count - done,
                    off_t(clamping: offset) + off_t(done)
                )
            }
            if put < 0 && errno == EINTR { continue }
            guard put >= 0 else { throw SystemError(errno, "write") }
            done += put
        }
    }

    /// Whether bytes can be written at a place of one's choice; not so in a FIFO or a file of `/proc`.
    static func takesOffsets(_ descriptor: Int32) -> Bool {
        var nothing: UInt8 = 0
        return unsafe pwrite(descriptor, &nothing, 0, 0) == 0
    }

    /// Appends what the stream takes at once: 0 when it is full.
    static func writeSome(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws -> Int {
        while true {
            let put = unsafe bytes.withUnsafeBytes { unsafe Self.write(descriptor, $0) }
            if put >= 0 { return put }
            if errno == EAGAIN { return 0 }
            guard errno == EINTR else { throw SystemError(errno, "write") }
        }
    }

    /// Waits until the stream takes bytes, at most `milliseconds`.
    static func waitUntilWritable(_ descriptor: Int32, milliseconds: Int32) {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wanted, 1, milliseconds)
    }

    /// Whether all bytes are zero.
    static func isZero(_ bytes: [UInt8]) -> Bool {
        guard bytes.first == 0 else { return bytes.isEmpty }
        // Equal to itself one byte further on: all bytes are as the first.
        return unsafe bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return true }
            return unsafe memcmp(start, start + 1, buffer.count - 1) == 0
        }
    }

    static func truncate(_ descriptor: Int32, to size: UInt64) throws {
        try retrying("ftruncate") { ftruncate(descriptor, off_t(clamping: size)) }
    }

    static func setMode(_ descriptor: Int32, _ mode: UInt32) throws {
        try retrying("fchmod") { fchmod(descriptor, mode_t(mode)) }
    }

    static func setMode(_ path: BytePath, _ mode: UInt32) throws {
        try unsafe withPath(path) { name in
            try retrying("chmod") { unsafe chmod(name, mode_t(mode)) }
        }
    }

    static func setOwner(_ descriptor: Int32, user: UInt32, group: UInt32) throws {
        try retrying("fchown") { fchown(descriptor, user, group) }
    }

    static func synchronize(_ descriptor: Int32) throws {
        try retrying("fsync") { fsync(descriptor) }
    }

    static func rename(_ old: BytePath, to new: BytePath) throws {
        try unsafe withPath(old) { oldName in
            try unsafe withPath(new) { newName in
                try retrying("rename") { unsafe Self.rename(oldName, newName) }
            }
        }
    }

    static func remove(_ path: BytePath) throws {
        try unsafe withPath(path) { name in try retrying("unlink") { unsafe unlink(name) } }
    }

    static func makeDirectory(_ path: BytePath, mode: UInt32) throws {
        try unsafe withPath(path) { name in
            try retrying("mkdir") { unsafe mkdir(name, mode_t(mode)) }
        }
    }

    static func readLink(_ path: BytePath) throws -> BytePath {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = try unsafe withPath(path) { name in
            try unsafe target.withUnsafeMutableBytes { buffer in
                let bytes = unsafe buffer.assumingMemoryBound(to: CChar.self)
                guard let start = bytes.baseAddress else { return 0 }
                return try retrying("readlink") { unsafe readlink(name, start, bytes.count) }
            }
        }
        return BytePath(bytes: Array(target[..<length]))
    }

    /// Seeks to the next data or hole; `nil` when there is none up to the end.
    static func seek(_ descriptor: Int32, from offset: UInt64, _ whence: Int32) throws -> UInt64? {
        let found = lseek(descriptor, off_t(clamping: offset), whence)
        if found >= 0 { return UInt64(found) }
        guard errno == ENXIO else { throw SystemError(errno, "lseek") }
        return nil
    }

    /// Lets go of a file that was written, while the number stays taken until it is closed.
    ///
    /// A system without `/dev/null` keeps the file open until then.
    static func release(_ descriptor: Int32) {
        guard let nothing = try? open(BytePath("/dev/null"), O_RDONLY) else { return }
        _ = dup2(nothing, descriptor)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        close(nothing)
    }

    static func close(_ descriptor: Int32) {
        _ = Self.closeDescriptor(descriptor)
    }

    /// The names in a directory, without `.` and `..`, in the order of their bytes.
    static func names(in directory: BytePath) throws -> [[UInt8]] {
        try unsafe withPath(directory) { name in
            guard let stream = unsafe opendir(name) else { throw SystemError(errno, "opendir") }
            defer { unsafe closedir(stream) }
            var names: [[UInt8]] = []
            while true {
                errno = 0
                guard let entry = unsafe readdir(stream) else { break }
                let found = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { field in
                    unsafe Array(field.prefix { $0 != 0 })
                }
                if found != [0x2E] && found != [0x2E, 0x2E] { names.append(found) }
            }
            guard errno == 0 else { throw SystemError(errno, "readdir") }
            return names.sorted { $0.lexicographicallyPrecedes($1) }
        }
    }

    @discardableResult
    private static func withPath<Value>(
        _ path: BytePath,
        _ body: (UnsafePointer<CChar>) throws -> Value
    ) throws -> Value {
        guard !path.bytes.contains(0) else { throw SystemError(EINVAL, "a path holds a NUL byte") }
        return try unsafe path.bytes.map(CChar.init(bitPattern:)).appending(0)
            .withUnsafeBufferPointer { buffer in
                guard let name = buffer.baseAddress else { throw SystemError(EINVAL, "open") }
                return try unsafe body(name)
            }
    }

    @discardableResult
    private static func retrying<Number: SignedInteger>(
        _ call: String,
        _ body: () -> Number
    ) throws -> Number {
        while true {
            let result = body()
            if result >= 0 { return result }
            guard errno == EINTR else { throw SystemError(errno, call) }
        }
    }
}

// Inside `POSIXFile` these names mean its own methods.
extension POSIXFile {
    private static func open(
        _ name: UnsafePointer<CChar>,
        _ flags: Int32,
        _ mode: mode_t
    ) -> Int32 {
        #if canImport(Glibc)
            unsafe Glibc.open(name, flags, mode)
        #elseif canImport(Musl)
            unsafe Musl.open(name, flags, mode)
        #else
            unsafe Darwin.open(name, flags, mode)
        #endif
    }

    private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    private static func rename(
        _ old: UnsafePointer<CChar>,
        _ new: UnsafePointer<CChar>
    ) -> Int32 {
        #if canImport(Glibc)
            unsafe Glibc.rename(old, new)
        #elseif canImport(Musl)
            unsafe Musl.rename(old, new)
        #else
            unsafe Darwin.rename(old, new)
        #endif
    }

    private static func closeDescriptor(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
            Glibc.close(descriptor)
        #elseif canImport(Musl)
            Musl.close(descriptor)
        #else
            Darwin.close(descriptor)
        #endif
    }
}

extension Array {
    fileprivate func appending(_ element: Element) -> [Element] { self + [element] }
}
