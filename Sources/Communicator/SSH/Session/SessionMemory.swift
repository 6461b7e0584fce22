internal import CLibSSH2

/// The memory of one libssh2 session: counted, and refused to a packet that libssh2 would die of.
///
/// libssh2 decrypts the first block of a packet, takes memory for the length that it finds there,
/// and ends the whole process by an assertion when the rest is no whole number of blocks. One bit
/// that was flipped on the way can make that of any packet, and only its MAC, which comes last,
/// would tell. The request for the memory is the one moment at which the length is known and
/// nothing has happened yet; to have no memory is an error that libssh2 survives.
///
/// Confined to the session's actor, like the session itself.
final class SessionMemory {
    /// How much a session may have: what fills every window, and then some.
    static let limit = 128 * 1_048_576
    /// In how many blocks; libssh2 looks through all that waits again and again.
    static let blockLimit = 250_000

    /// How much it has, in bytes.
    private(set) var inUse = 0
    private var blocks = 0
    /// Whether the server made it more than any session needs.
    var isTooMuch: Bool { inUse > Self.limit || blocks > Self.blockLimit }
    /// Whether a packet was refused.
    private(set) var hasRefused = false
    /// Whether libssh2 was given any bytes of packets.
    var hasPackets = false
    /// How many packets came before the first encrypted one; `nil` while that is not known.
    var plainPackets: Int?
    /// What encrypted packets are like, asked whenever one comes.
    var packetShape: () -> PacketShape? = { nil }

    /// The place in libssh2 that wants memory for packets.
    private var packetSite: UInt?
    private var packets = 0

    func mayAllocate(_ count: Int, at site: UInt) -> Bool {
        // Nothing else is wanted between the arrival of the first packet and its memory.
        if packetSite == nil, hasPackets { packetSite = site }
        guard site == packetSite else { return true }
        packets += 1
        guard let plainPackets, packets > plainPackets, let shape = packetShape() else {
            return true
        }
        // What is wanted is packet_length without its padding_length, and the MAC; see RFC 4253
        // section 6.
        let whole = 4 + count + 1 - shape.tag
        hasRefused = hasRefused || whole % shape.block != 0
        return !hasRefused
    }

    func change(by bytes: Int) {
        inUse += bytes
        blocks += bytes.signum()
    }
}

/// What encrypted packets of the server are like.
struct PacketShape: Equatable {
    /// The cipher's blocks, in bytes.
    let block: Int
    /// The MAC behind each packet, in bytes.
    let tag: Int

    /// The shape under a cipher and a MAC; `nil` where lengths are not encrypted, or unknown.
    init?(cipher: String, mac: String) {
        let tags = [
            "hmac-sha2-512": 64, "hmac-sha2-256": 32, "hmac-sha1": 20, "hmac-sha1-96": 12,
            "hmac-md5": 16, "hmac-md5-96": 12, "hmac-ripemd160": 20,
            "hmac-ripemd160@openssh.com": 20,
        ]
        guard let tag = tags[mac] else { return nil }
        switch cipher {
        case "aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-cbc", "aes192-cbc", "aes256-cbc",
            "rijndael-cbc@lysator.liu.se":
            block = 16
        case "3des-cbc", "blowfish-cbc", "cast128-cbc": block = 8
        default: return nil
        }
        self.tag = tag
    }

    /// What a session has agreed on for what the server sends.
    init?(of session: OpaquePointer) {
        guard let cipher = unsafe libssh2_session_methods(session, LIBSSH2_METHOD_CRYPT_SC),
            let mac = unsafe libssh2_session_methods(session, LIBSSH2_METHOD_MAC_SC)
        else { return nil }
        unsafe self.init(cipher: String(cString: cipher), mac: String(cString: mac))
    }
}

@_cdecl("packer_swift_may_allocate")
func mayAllocate(
    _ wire: UnsafeMutableRawPointer?,
    _ count: Int,
    _ caller: UnsafeRawPointer?
) -> Int32 {
    guard let wire = unsafe wire else { return 0 }
    let memory = unsafe Unmanaged<Wire>.fromOpaque(wire).takeUnretainedValue().memory
    return memory.mayAllocate(count, at: UInt(bitPattern: caller)) ? 1 : 0
}

@_cdecl("packer_swift_memory_changed")
func memoryChanged(_ wire: UnsafeMutableRawPointer?, _ change: Int) {
    guard let wire = unsafe wire else { return }
    unsafe Unmanaged<Wire>.fromOpaque(wire).takeUnretainedValue().memory.change(by: change)
}
