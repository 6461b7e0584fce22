internal import CLibSSH2

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The bytes between libssh2 and the transport; touched by libssh2's callbacks and its session only.
///
/// SEND takes all that libssh2 hands it, so libssh2 never sees a short write and "again" can mean
/// one thing only: wait for bytes from the peer.
final class Wire {
    /// What libssh2 frees with; `nil` for malloc's.
    let allocator: SessionAllocator?
    private var incoming: [[UInt8]] = []
    private var next = 0
    private var offset = 0

    /// Bytes fed and not yet read by libssh2.
    private(set) var unread = 0
    /// Bytes that libssh2 has read so far; grows whenever progress may be possible for others.
    private(set) var consumed: UInt64 = 0
    /// Bytes that libssh2 wants sent.
    private(set) var outgoing: [UInt8] = []
    /// Whether the transport has ended; libssh2 then reads its end and may not send.
    private(set) var isClosed = false
    /// Who answers the server's questions while it asks any.
    var conversation: KeyboardConversation?

    /// What the server offers for the key exchange.
    private(set) var serverProposal = KeyExchangeSniffer()
    /// What libssh2 offers for it.
    private(set) var ownProposal = KeyExchangeSniffer()

    init(allocator: SessionAllocator?) { self.allocator = allocator }

    /// A copy that libssh2 can free; `nil` when there is no memory.
    func copyForLibSSH2(_ bytes: [UInt8]) -> UnsafeMutablePointer<UInt8>? {
        let size = max(1, bytes.count)
        let copy: UnsafeMutableRawPointer? =
            if let allocator { unsafe allocator.allocate(size, nil) } else { unsafe malloc(size) }
        guard let copy = unsafe copy else { return nil }
        if allocator == nil { memory.change(by: unsafe packer_swift_block_size(copy)) }
        unsafe bytes.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(start: copy, count: source.count)
                .copyMemory(from: source)
        }
        return unsafe copy.assumingMemoryBound(to: UInt8.self)
    }
    /// What has come before the keys.
    var unprotected = UnprotectedInput()
    /// What libssh2 has allocated for the session.
    let memory = SessionMemory()

    func feed(_ bytes: [UInt8]) {
        serverProposal.look(at: bytes)
        incoming.append(bytes)
        unread += bytes.count
    }

    func close() {
        isClosed = true
        consumed &+= 1
    }

    func takeOutgoing() -> [UInt8] {
        defer { outgoing = [] }
        return outgoing
    }

    /// libssh2's RECV: bytes read, 0 at the end of the transport, or a negative errno.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard unread > 0 else { return isClosed ? 0 : -Int(EAGAIN) }
        var copied = 0
        while copied < buffer.count, next < incoming.count {
            let count = min(buffer.count - copied, incoming[next].count - offset)
            unsafe incoming[next].withUnsafeBytes { chunk in
                unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[copied..<copied + count])
                    .copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: chunk[offset..<offset + count])
                    )
            }
            copied += count
            offset += count
            if offset == incoming[next].count { advance() }
        }
        unread -= copied
        consumed &+= UInt64(copied)
        if let greeting = unprotected.greetingCount {
            memory.hasPackets = consumed > UInt64(greeting)
            memory.plainPackets = unprotected.plainPackets
        }
        return copied
    }

    /// libssh2's SEND: takes everything.
    func send(_ buffer: UnsafeRawBufferPointer) -> Int {
        guard !isClosed else { return -Int(EPIPE) }
        unsafe ownProposal.look(at: buffer)
        unsafe outgoing.append(contentsOf: buffer)
        return buffer.count
    }

    private func advance() {
        incoming[next] = []
        next += 1
        offset = 0
        guard next == incoming.count || next >= 64 else { return }
        incoming.removeFirst(next)
        next = 0
    }
}
