/// A request of SFTP version 3 (draft section 6) or one of OpenSSH's extensions.
package enum SFTPRequest: Sendable, Hashable {
    /// Opens a file; the attributes are for a file that is made.
    case open(path: [UInt8], flags: OpenFlags, attributes: SFTPAttributes)
    /// Closes a file or a directory.
    case close(SFTPHandle)
    /// Reads at most `length` bytes; the server may send fewer at any time.
    case read(SFTPHandle, offset: UInt64, length: UInt32)
    /// Writes all of the bytes.
    case write(SFTPHandle, offset: UInt64, data: [UInt8])
    /// Asks about a path itself, even when it is a symbolic link.
    case lstat(path: [UInt8])
    /// Asks about an open file.
    case fstat(SFTPHandle)
    /// Changes attributes of what a path names.
    case setstat(path: [UInt8], SFTPAttributes)
    /// Changes attributes of an open file.
    case fsetstat(SFTPHandle, SFTPAttributes)
    /// Opens a directory for reading.
    case opendir(path: [UInt8])
    /// Reads some entries of a directory; end-of-file when there are no more.
    case readdir(SFTPHandle)
    /// Removes a file.
    case remove(path: [UInt8])
    /// Makes a directory.
    case mkdir(path: [UInt8], SFTPAttributes)
    /// Removes an empty directory.
    case rmdir(path: [UInt8])
    /// Makes a path absolute, links resolved.
    case realpath(path: [UInt8])
    /// Asks about what a path names, symbolic links followed.
    case stat(path: [UInt8])
    /// Renames; fails when `to` exists.
    case rename(from: [UInt8], to: [UInt8])
    /// Reads where a symbolic link points to.
    case readlink(path: [UInt8])
    /// Makes a symbolic link, in OpenSSH's order of arguments.
    case symlink(target: [UInt8], link: [UInt8])
    /// `posix-rename@openssh.com`: renames over what exists.
    case posixRename(from: [UInt8], to: [UInt8])
    /// `hardlink@openssh.com`: a second name for a file.
    case hardlink(from: [UInt8], to: [UInt8])
    /// `fsync@openssh.com`: puts an open file on stable storage.
    case fsync(SFTPHandle)
    /// `statvfs@openssh.com`: asks about the file system of a path.
    case statvfs(path: [UInt8])
    /// `lsetstat@openssh.com`: changes attributes of a path itself.
    case lsetstat(path: [UInt8], SFTPAttributes)
    /// `limits@openssh.com`: asks how large packets may be.
    case limits

    /// How a file is opened (draft section 6.3).
    package struct OpenFlags: OptionSet, Sendable, Hashable {
        /// The flags on the wire.
        package let rawValue: UInt32

        /// Flags by their number.
        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// For reading.
        package static let read = Self(rawValue: 0x01)
        /// For writing.
        package static let write = Self(rawValue: 0x02)
        /// Every write goes to the end.
        package static let append = Self(rawValue: 0x04)
        /// Made when it is missing.
        package static let create = Self(rawValue: 0x08)
        /// Emptied when it exists.
        package static let truncate = Self(rawValue: 0x10)
        /// Fails when it exists.
        package static let exclusive = Self(rawValue: 0x20)
    }

    /// Whether a success leaves something open on the server.
    var isOpening: Bool {
        switch self {
        case .open, .opendir: true
        default: false
        }
    }

    /// The request's name for messages, without paths and data.
    var name: String {
        "\(self)".split(separator: "(").first.map { String($0).uppercased() } ?? "a request"
    }
}

/// What a server calls an open file or directory: 1 to 256 bytes that mean something to it only.
package struct SFTPHandle: Sendable, Hashable {
    /// The handle's bytes.
    package let bytes: [UInt8]

    /// The longest handle that the draft allows (section 6.3).
    package static let maximumLength = 256

    /// A handle with these bytes.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}
