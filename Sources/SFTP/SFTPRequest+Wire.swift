/// The numbers of packet types (draft section 3).
enum PacketType {
    static let initialize: UInt8 = 1
    static let version: UInt8 = 2
    static let status: UInt8 = 101
    static let handle: UInt8 = 102
    static let data: UInt8 = 103
    static let name: UInt8 = 104
    static let attributes: UInt8 = 105
    static let extended: UInt8 = 200
    static let extendedReply: UInt8 = 201
}

extension SFTPRequest {
    /// The packet that asks for this, its length included.
    package func packet(id: UInt32) -> [UInt8] {
        var writer = WireWriter()
        append(to: &writer, id: id)
        return writer.bytes
    }

    /// The packet that begins the conversation: SFTP version 3.
    package static let initialPacket: [UInt8] = [0, 0, 0, 5, PacketType.initialize, 0, 0, 0, 3]

    /// Appends the packet that asks for this.
    func append(to writer: inout WireWriter, id: UInt32) {
        let start = writer.bytes.count
        writer.uint32(0)
        writer.byte(type)
        writer.uint32(id)
        appendBody(to: &writer)
        let length = UInt32(writer.bytes.count - start - 4)
        for index in 0..<4 {
            let shift = UInt32(24 - 8 * index)
            writer.bytes[start + index] = UInt8(truncatingIfNeeded: length >> shift)
        }
    }

    private var type: UInt8 {
        switch self {
        case .open: 3
        case .close: 4
        case .read: 5
        case .write: 6
        case .lstat: 7
        case .fstat: 8
        case .setstat: 9
        case .fsetstat: 10
        case .opendir: 11
        case .readdir: 12
        case .remove: 13
        case .mkdir: 14
        case .rmdir: 15
        case .realpath: 16
        case .stat: 17
        case .rename: 18
        case .readlink: 19
        case .symlink: 20
        case .posixRename, .hardlink, .fsync, .statvfs, .lsetstat, .limits: PacketType.extended
        }
    }

    private func appendBody(to writer: inout WireWriter) {
        switch self {
        case .open(let path, let flags, let attributes):
            writer.string(path)
            writer.uint32(flags.rawValue)
            attributes.write(to: &writer)
        case .read(let handle, let offset, let length):
            writer.string(handle.bytes)
            writer.uint64(offset)
            writer.uint32(length)
        case .write(let handle, let offset, let data):
            writer.string(handle.bytes)
            writer.uint64(offset)
            writer.string(data)
        case .close(let handle), .fstat(let handle), .readdir(let handle):
            writer.string(handle.bytes)
        case .lstat(let path), .opendir(let path), .remove(let path), .rmdir(let path),
            .realpath(let path), .stat(let path), .readlink(let path):
            writer.string(path)
        case .setstat(let path, let attributes), .mkdir(let path, let attributes):
            writer.string(path)
            attributes.write(to: &writer)
        case .fsetstat(let handle, let attributes):
            writer.string(handle.bytes)
            attributes.write(to: &writer)
        case .rename(let old, let new), .symlink(let old, let new):
            writer.string(old)
            writer.string(new)
        case .posixRename, .hardlink, .fsync, .statvfs, .lsetstat, .limits:
            appendExtension(to: &writer)
        }
    }

    // OpenSSH's PROTOCOL, section 4.
    private func appendExtension(to writer: inout WireWriter) {
        if let name = SFTPExtension(requiredBy: self) { writer.string(name.rawValue) }
        switch self {
        case .posixRename(let old, let new), .hardlink(let old, let new):
            writer.string(old)
            writer.string(new)
        case .fsync(let handle):
            writer.string(handle.bytes)
        case .statvfs(let path):
            writer.string(path)
        case .lsetstat(let path, let attributes):
            writer.string(path)
            attributes.write(to: &writer)
        default:
            break
        }
    }
}
