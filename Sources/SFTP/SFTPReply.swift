/// What a server answers to a request (draft section 7).
package enum SFTPReply: Sendable, Hashable {
    /// How the request went.
    case status(SFTPStatus)
    /// The file or directory is open.
    case handle(SFTPHandle)
    /// Bytes of a file.
    case data([UInt8])
    /// Names in a directory, or one path.
    case names([Name])
    /// What is known of a file.
    case attributes(SFTPAttributes)
    /// The content of an extension's own reply.
    case extended([UInt8])

    /// A name in a directory.
    package struct Name: Sendable, Hashable {
        /// The name's bytes, as the server sent them: unchecked.
        package let filename: [UInt8]
        /// What is known of the file; of a symbolic link, not of its target.
        package let attributes: SFTPAttributes

        /// A name made of its parts.
        package init(filename: [UInt8], attributes: SFTPAttributes) {
            self.filename = filename
            self.attributes = attributes
        }
    }

    /// Takes a reply apart; `reader` stands behind the id.
    init(type: UInt8, from reader: inout WireReader) throws {
        switch type {
        case PacketType.status:
            self = .status(try Self.status(from: &reader))
        case PacketType.handle:
            let bytes = try reader.string()
            guard (1...SFTPHandle.maximumLength).contains(bytes.count) else {
                throw SFTPError.protocolViolation("a handle has \(bytes.count) bytes")
            }
            self = .handle(SFTPHandle(bytes: bytes))
        case PacketType.data:
            self = .data(try reader.string())
        case PacketType.name:
            self = .names(try Self.names(from: &reader))
        case PacketType.attributes:
            self = .attributes(try SFTPAttributes(from: &reader))
        case PacketType.extendedReply:
            self = .extended(reader.rest())
        default:
            throw SFTPError.protocolViolation("a packet has the unknown type \(type)")
        }
        try reader.expectEnd()
    }

    /// A name for messages.
    var kind: String {
        switch self {
        case .status(let status): "STATUS \(status.code.name)"
        case .handle: "HANDLE"
        case .data(let bytes): "DATA of \(bytes.count) bytes"
        case .names: "NAME"
        case .attributes: "ATTRS"
        case .extended: "EXTENDED_REPLY"
        }
    }

    private static func status(from reader: inout WireReader) throws -> SFTPStatus {
        let code = SFTPStatus.Code(rawValue: try reader.uint32())
        // Servers of version 1 and 2 send neither text nor language, and some kept the habit.
        let message = reader.remaining > 0 ? try reader.string() : []
        if reader.remaining > 0 { _ = try reader.string() }
        return SFTPStatus(code, message: SFTPStatus.text(message))
    }

    private static func names(from reader: inout WireReader) throws -> [Name] {
        let count = try reader.uint32()
        // Each name takes at least two lengths and flags; a count that cannot be true throws.
        guard UInt64(count) * 12 <= UInt64(reader.remaining) else {
            throw SFTPError.protocolViolation(
                "a packet with \(reader.remaining) bytes left claims \(count) names"
            )
        }
        var names: [Name] = []
        names.reserveCapacity(Int(count))
        for _ in 0..<count {
            let filename = try reader.string()
            _ = try reader.string()
            names.append(Name(filename: filename, attributes: try SFTPAttributes(from: &reader)))
        }
        return names
    }
}

extension SFTPRequest {
    /// Whether the draft allows this reply to this request.
    func allows(_ reply: SFTPReply) -> Bool {
        switch (self, reply) {
        case (_, .status(let status)): status.code != .ok || isAnsweredByStatus
        case (.open, .handle), (.opendir, .handle): true
        case (.read(_, _, let length), .data(let bytes)):
            !bytes.isEmpty && UInt32(clamping: bytes.count) <= length
        case (.readdir, .names): true
        case (.realpath, .names(let names)), (.readlink, .names(let names)): names.count == 1
        case (.stat, .attributes), (.lstat, .attributes), (.fstat, .attributes): true
        case (.statvfs, .extended), (.limits, .extended): true
        default: false
        }
    }

    private var isAnsweredByStatus: Bool {
        switch self {
        case .close, .write, .setstat, .fsetstat, .remove, .mkdir, .rmdir, .rename, .symlink,
            .posixRename, .hardlink, .fsync, .lsetstat:
            true
        case .open, .opendir, .read, .readdir, .lstat, .fstat, .stat, .realpath, .readlink,
            .statvfs, .limits:
            false
        }
    }

    /// This request as it is remembered while its reply is out: without the bytes of a write.
    var withoutData: SFTPRequest {
        if case .write(let handle, let offset, _) = self {
            return .write(handle, offset: offset, data: [])
        }
        return self
    }
}
