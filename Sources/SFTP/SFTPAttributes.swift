/// What is known of, or wanted for, a file (draft section 5); absent fields are `nil`.
package struct SFTPAttributes: Sendable, Hashable {
    /// The size in bytes.
    package var size: UInt64?
    /// The numbers of user and group.
    package var owner: Owner?
    /// The mode as POSIX has it, file type bits included where a server sends them.
    package var permissions: UInt32?
    /// The times of last access and change, in seconds since 1970.
    package var times: Times?
    /// What a server adds; names and data as they came.
    package var extended: [Extended]

    /// The numbers of user and group.
    package struct Owner: Sendable, Hashable {
        /// The user's number.
        package var user: UInt32
        /// The group's number.
        package var group: UInt32

        /// An owner made of its parts.
        package init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }
    }

    /// The times of last access and change, in seconds since 1970.
    package struct Times: Sendable, Hashable {
        /// When it was last read.
        package var accessed: UInt32
        /// When it was last written.
        package var modified: UInt32

        /// Times made of their parts.
        package init(accessed: UInt32, modified: UInt32) {
            self.accessed = accessed
            self.modified = modified
        }
    }

    /// One attribute that the draft does not know.
    package struct Extended: Sendable, Hashable {
        /// Its name, of the form `name@domain`.
        package var name: [UInt8]
        /// Its content.
        package var data: [UInt8]

        /// An attribute made of its parts.
        package init(name: [UInt8], data: [UInt8]) {
            self.name = name
            self.data = data
        }
    }

    /// Attributes with these fields, the others absent.
    package init(
        size: UInt64? = nil,
        owner: Owner? = nil,
        permissions: UInt32? = nil,
        times: Times? = nil,
        extended: [Extended] = []
    ) {
        self.size = size
        self.owner = owner
        self.permissions = permissions
        self.times = times
        self.extended = extended
    }

    private enum Flag {
        static let size: UInt32 = 1
        static let owner: UInt32 = 2
        static let permissions: UInt32 = 4
        static let times: UInt32 = 8
        static let extended: UInt32 = 0x8000_0000
        static let all = size | owner | permissions | times | extended
    }

    init(from reader: inout WireReader) throws {
        let flags = try reader.uint32()
        guard flags & ~Flag.all == 0 else {
            throw SFTPError.protocolViolation(
                "attributes have the unknown flags 0x\(String(flags & ~Flag.all, radix: 16))"
            )
        }
        self.init()
        if flags & Flag.size != 0 { size = try reader.uint64() }
        if flags & Flag.owner != 0 {
            owner = Owner(user: try reader.uint32(), group: try reader.uint32())
        }
        if flags & Flag.permissions != 0 { permissions = try reader.uint32() }
        if flags & Flag.times != 0 {
            times = Times(accessed: try reader.uint32(), modified: try reader.uint32())
        }
        guard flags & Flag.extended != 0 else { return }
        let count = try reader.uint32()
        // Each pair takes at least two lengths; a count that cannot be true allocates nothing.
        guard UInt64(count) * 8 <= UInt64(reader.remaining) else {
            throw SFTPError.protocolViolation("attributes claim \(count) extensions")
        }
        for _ in 0..<count {
            extended.append(Extended(name: try reader.string(), data: try reader.string()))
        }
    }

    func write(to writer: inout WireWriter) {
        var flags: UInt32 = 0
        if size != nil { flags |= Flag.size }
        if owner != nil { flags |= Flag.owner }
        if permissions != nil { flags |= Flag.permissions }
        if times != nil { flags |= Flag.times }
        if !extended.isEmpty { flags |= Flag.extended }
        writer.uint32(flags)
        if let size { writer.uint64(size) }
        if let owner {
            writer.uint32(owner.user)
            writer.uint32(owner.group)
        }
        if let permissions { writer.uint32(permissions) }
        if let times {
            writer.uint32(times.accessed)
            writer.uint32(times.modified)
        }
        guard !extended.isEmpty else { return }
        writer.uint32(UInt32(extended.count))
        for pair in extended {
            writer.string(pair.name)
            writer.string(pair.data)
        }
    }
}
