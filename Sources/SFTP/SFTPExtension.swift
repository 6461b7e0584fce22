/// The extensions of OpenSSH that are spoken here (OpenSSH's PROTOCOL, section 4).
package enum SFTPExtension: String, Sendable, Hashable, CaseIterable {
    /// Renames over what exists.
    case posixRename = "posix-rename@openssh.com"
    /// Makes a second name for a file.
    case hardlink = "hardlink@openssh.com"
    /// Puts an open file on stable storage.
    case fsync = "fsync@openssh.com"
    /// Asks about a file system.
    case statvfs = "statvfs@openssh.com"
    /// Changes attributes without following a symbolic link.
    case lsetstat = "lsetstat@openssh.com"
    /// Asks how large packets may be.
    case limits = "limits@openssh.com"

    /// The version that is spoken here, as the server announces it.
    var version: String { self == .statvfs ? "2" : "1" }

    /// The extension that a server must offer for this request; `nil` for the draft's own.
    init?(requiredBy request: SFTPRequest) {
        switch request {
        case .posixRename: self = .posixRename
        case .hardlink: self = .hardlink
        case .fsync: self = .fsync
        case .statvfs: self = .statvfs
        case .lsetstat: self = .lsetstat
        case .limits: self = .limits
        default: return nil
        }
    }
}

/// How a server greets: its version, and the extensions it offers in a version spoken here.
package struct SFTPGreeting: Sendable, Hashable {
    /// The version, 3 for every server that is in use.
    package let version: UInt32
    /// What it offers beside the draft.
    package let extensions: Set<SFTPExtension>

    /// Takes the content of a VERSION packet apart (draft section 4).
    ///
    /// - Throws: ``SFTPError/unsupported(_:)`` for another version than 3.
    init(from reader: inout WireReader) throws {
        version = try reader.uint32()
        guard version == 3 else { throw SFTPError.unsupported("it speaks version \(version)") }
        var extensions: Set<SFTPExtension> = []
        while reader.remaining > 0 {
            let name = String(decoding: try reader.string(), as: UTF8.self)
            let version = String(decoding: try reader.string(), as: UTF8.self)
            if let known = SFTPExtension(rawValue: name), known.version == version {
                extensions.insert(known)
            }
        }
        self.extensions = extensions
    }
}

/// How large a server lets packets be (`limits@openssh.com`); 0 means that it does not say.
package struct SFTPLimits: Sendable, Hashable {
    /// The longest packet, without its length field.
    package var packetLength: UInt64
    /// The most bytes that one read gives.
    package var readLength: UInt64
    /// The most bytes that one write takes.
    package var writeLength: UInt64
    /// The most handles that may be open at once.
    package var openHandles: UInt64

    /// What every server takes (draft section 3): 34,000 bytes a packet, 32,768 of them data.
    package static let minimal = SFTPLimits(
        packetLength: 34_000,
        readLength: 32_768,
        writeLength: 32_768,
        openHandles: 0
    )

    /// Limits made of their parts.
    package init(
        packetLength: UInt64,
        readLength: UInt64,
        writeLength: UInt64,
        openHandles: UInt64
    ) {
        self.packetLength = packetLength
        self.readLength = readLength
        self.writeLength = writeLength
        self.openHandles = openHandles
    }

    /// Takes an extended reply to `limits@openssh.com` apart.
    package init(reply: [UInt8]) throws {
        var reader = WireReader(reply[...])
        packetLength = try reader.uint64()
        readLength = try reader.uint64()
        writeLength = try reader.uint64()
        openHandles = try reader.uint64()
        try reader.expectEnd()
    }
}

/// How full a file system is (`statvfs@openssh.com`).
package struct SFTPFileSystemStatus: Sendable, Hashable {
    /// The bytes of one fragment, the unit of the counts.
    package let fragmentSize: UInt64
    /// Fragments in all.
    package let fragments: UInt64
    /// Fragments that an ordinary user may still take.
    package let availableFragments: UInt64
    /// Files that may still be made.
    package let availableFiles: UInt64
    /// Files in all; 0 where the file system has no such limit.
    package let files: UInt64
    /// Whether nothing can be written to it.
    package let isReadOnly: Bool

    /// Takes an extended reply to `statvfs@openssh.com` apart.
    package init(reply: [UInt8]) throws {
        var reader = WireReader(reply[...])
        _ = try reader.uint64()
        fragmentSize = try reader.uint64()
        fragments = try reader.uint64()
        _ = try reader.uint64()
        availableFragments = try reader.uint64()
        files = try reader.uint64()
        _ = try reader.uint64()
        availableFiles = try reader.uint64()
        _ = try reader.uint64()
        isReadOnly = try reader.uint64() & 1 != 0
        _ = try reader.uint64()
        try reader.expectEnd()
    }

    /// The bytes that an ordinary user may still write.
    package var availableBytes: UInt64 {
        let (bytes, overflow) = availableFragments.multipliedReportingOverflow(by: fragmentSize)
        return overflow ? .max : bytes
    }
}
