#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What `stat` says about a file.
package struct FileStatus: Sendable, Equatable {
    /// What a path names.
    package enum Kind: Sendable {
        /// A regular file.
        case regular
        /// A directory.
        case directory
        /// A symbolic link, when it was asked about itself.
        case symbolicLink
        /// A named pipe.
        case fifo
        /// A socket.
        case socket
        /// A block or character device.
        case device

        /// The kind for people.
        package var name: String {
            switch self {
            case .regular: "a regular file"
            case .directory: "a directory"
            case .symbolicLink: "a symbolic link"
            case .fifo: "a FIFO"
            case .socket: "a socket"
            case .device: "a device"
            }
        }
    }

    /// The kind that the file type bits of a mode say; unknown bits count as a device.
    package static func kind(ofMode mode: UInt32) -> Kind {
        switch mode & 0o170000 {
        case 0o100000: .regular
        case 0o040000: .directory
        case 0o120000: .symbolicLink
        case 0o010000: .fifo
        case 0o140000: .socket
        default: .device
        }
    }

    /// What the path names.
    package let kind: Kind
    /// The permission bits, 0 to 07777.
    package let mode: UInt32
    /// The size in bytes.
    package let size: UInt64
    /// The owner's number.
    package let user: UInt32
    /// The group's number.
    package let group: UInt32
    /// Time of the last change of the content, in nanoseconds since 1970.
    package let modified: Int64
    /// Time of the last change of content or attributes, in nanoseconds since 1970.
    package let changed: Int64
    /// Which file it is: equal for two names of one file.
    package let identity: Identity

    /// A file's device and serial number.
    package struct Identity: Sendable, Hashable {
        let device: UInt64
        let serial: UInt64
    }

    /// What the path names now; a final symbolic link is followed unless `following` is false.
    ///
    /// May block.
    ///
    /// - Throws: ``SystemError``.
    package static func of(_ path: BytePath, following: Bool = true) throws -> FileStatus {
        try POSIXFile.status(of: path, following: following)
    }

    init(_ status: stat) {
        let bits = UInt32(status.st_mode)
        self.kind = Self.kind(ofMode: bits)
        self.mode = bits & 0o7777
        self.size = UInt64(max(0, status.st_size))
        self.user = UInt32(status.st_uid)
        self.group = UInt32(status.st_gid)
        self.identity = Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            serial: UInt64(truncatingIfNeeded: status.st_ino)
        )
        #if canImport(Darwin)
            self.modified = Self.nanoseconds(status.st_mtimespec)
            self.changed = Self.nanoseconds(status.st_ctimespec)
        #else
            self.modified = Self.nanoseconds(status.st_mtim)
            self.changed = Self.nanoseconds(status.st_ctim)
        #endif
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
