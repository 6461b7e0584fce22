internal import CLibSSH2

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One libssh2 session without a socket; every call returns at once.
///
/// libssh2 allows one thread in a session at a time and keeps the state of a call that said "again"
/// in the session or the channel: the same call must be repeated with the same arguments. The actor
/// that owns this object sees to both. All pointers of libssh2 live here and in
/// ``ChannelHandle``; none leaves the actor.
@safe final class LibSSH2Session {
    let wire = Wire(allocator: SessionAllocator.current)
    private let raw: OpaquePointer

    /// libssh2 asks the descriptor it is given for its flags and never reads or writes it.
    private static let placeholder: Int32 = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
    private static let initialized: Int32 = libssh2_init(0)

    /// - Throws: When libssh2 cannot be set up at all (no memory).
    init() throws(LibSSH2Failure) {
        guard Self.initialized == 0,
            let raw = unsafe Self.makeSession(wire)
        else {
            throw LibSSH2Failure(code: LIBSSH2_ERROR_ALLOC, text: "libssh2 could not be set up")
        }
        unsafe self.raw = raw
        wire.memory.packetShape = { unsafe PacketShape(of: raw) }
        let receive = unsafe unsafeBitCast(
            wireReceive as WireReceive,
            to: UnsafeMutableRawPointer.self
        )
        let send = unsafe unsafeBitCast(wireSend as WireSend, to: UnsafeMutableRawPointer.self)
        unsafe libssh2_session_callback_set(raw, LIBSSH2_CALLBACK_RECV, receive)
        unsafe libssh2_session_callback_set(raw, LIBSSH2_CALLBACK_SEND, send)
        unsafe libssh2_session_set_blocking(raw, 0)
        signAsTold()
    }

    /// A session of libssh2; its memory is watched, or that of the stand-in.
    private static func makeSession(_ wire: Wire) -> OpaquePointer? {
        let owner = unsafe Unmanaged.passUnretained(wire).toOpaque()
        guard let allocator = wire.allocator else {
            return unsafe packer_swift_new_session(owner)
        }
        return unsafe libssh2_session_init_ex(
            allocator.allocate,
            allocator.free,
            allocator.reallocate,
            owner
        )
    }

    deinit {
        // With the wire closed nothing can be waited for; a few rounds end every state machine.
        wire.close()
        var rounds = 64
        while rounds > 0, unsafe libssh2_session_free(raw) == LIBSSH2_ERROR_EAGAIN { rounds -= 1 }
    }

    // MARK: Session

    /// Has libssh2 1.11 and later keep to `ssh-rsa` where a key is offered under that name.
    ///
    /// It takes the first of its list that the server has too, and offers stronger ones by itself,
    /// which a server that knows SHA-1 only refuses. An older one knows no such list.
    private func signAsTold() {
        guard unsafe libssh2_version(0x010B00) != nil else { return }
        let signatureAlgorithms: Int32 = 10  // LIBSSH2_METHOD_SIGN_ALGO, not in older headers
        _ = unsafe libssh2_session_method_pref(
            raw,
            signatureAlgorithms,
            "ssh-rsa,rsa-sha2-512,rsa-sha2-256"
        )
    }

    /// Asks for host keys of some types before all others; types that libssh2 lacks do not count.
    ///
    /// To be called before the handshake.
    func prefer(hostKeyTypes types: [String]) {
        let supported = supportedHostKeyTypes()
        let wanted = types.flatMap { type in
            // One RSA key serves three signature algorithms (RFC 8332).
            type == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type]
        }
        let first = wanted.filter(supported.contains)
        guard !first.isEmpty else { return }
        let list = (first + supported.filter { !first.contains($0) }).joined(separator: ",")
        _ = unsafe libssh2_session_method_pref(raw, LIBSSH2_METHOD_HOSTKEY, list)
    }

    private func supportedHostKeyTypes() -> [String] {
        var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        let count = unsafe libssh2_session_supported_algs(raw, LIBSSH2_METHOD_HOSTKEY, &names)
        guard count > 0, let names = unsafe names else { return [] }
        defer { unsafe libssh2_free(raw, names) }
        return unsafe UnsafeBufferPointer(start: names, count: Int(count)).compactMap { name in
            unsafe name.map { unsafe String(cString: $0) }
        }
    }

    /// Why the handshake found nothing in common; `nil` when it failed for another reason.
    func disagreement() -> KeyExchangeFailure? {
        guard let ours = wire.ownProposal.proposal, let server = wire.serverProposal.proposal else {
            return nil
        }
        let version = unsafe libssh2_version(0).map { unsafe String(cString: $0) } ?? ""
        let failure = KeyExchangeFailure(ours: ours, server: server, libraryVersion: version)
        return failure.categories.isEmpty ? nil : failure
    }

    func handshake() -> Int32 {
        unsafe libssh2_session_handshake(raw, Self.placeholder)
    }

    /// Whether libssh2 has dropped output that came beyond a window, as far as it tells.
    var hasDroppedOutput: Bool {
        let code = unsafe libssh2_session_last_errno(raw)
        return code == LIBSSH2_ERROR_CHANNEL_WINDOW_EXCEEDED
            || code == LIBSSH2_ERROR_CHANNEL_PACKET_EXCEEDED
    }

    /// The error of the last call; to be asked for before anything else is called.
    ///
    /// `returned` is what the call returned: libssh2 does not keep all of its errors.
    func lastFailure(_ returned: Int32? = nil) -> LibSSH2Failure {
        guard !wire.memory.hasRefused else { return .brokenLength }
        var text: UnsafeMutablePointer<CChar>?
        var length: Int32 = 0
        let code = unsafe libssh2_session_last_error(raw, &text, &length, 0)
        if let returned, returned != code { return LibSSH2Failure(code: returned, text: "") }
        let message = unsafe text.map { unsafe String(cString: $0) } ?? ""
        return LibSSH2Failure(code: code, text: message)
    }

    /// The server's host key as it is on the wire, and its SHA-256 digest.
    func hostKey() -> (blob: [UInt8], digest: [UInt8])? {
        var length = 0
        var type: Int32 = 0
        guard let blob = unsafe libssh2_session_hostkey(raw, &length, &type),
            let digest = unsafe libssh2_hostkey_hash(raw, LIBSSH2_HOSTKEY_HASH_SHA256)
        else { return nil }
        return unsafe (
            UnsafeRawBufferPointer(start: blob, count: length).map { $0 },
            UnsafeRawBufferPointer(start: digest, count: 32).map { $0 }
        )
    }

    /// The server's identification line, `SSH-2.0-...`.
    var banner: String {
        unsafe libssh2_session_banner_get(raw).map { unsafe String(cString: $0) } ?? ""
    }

    /// Sends `keepalive@libssh2.org` with want-reply; false when libssh2 found it too early.
    func sendKeepalive() -> Bool {
        let before = wire.outgoing.count
        var next: Int32 = 0
        unsafe libssh2_keepalive_config(raw, 1, Self.noInterval)
        _ = unsafe libssh2_keepalive_send(raw, &next)
        return wire.outgoing.count > before
    }

    /// The pause that libssh2 wants between two of them, in seconds of the wall clock.
    ///
    /// Up to 1.11.1 it is kept as a signed number, and one in the past is always over, also when
    /// the clock was set back.
    private static let noInterval: UInt32 =
        unsafe libssh2_version(0x010B02) == nil ? UInt32(bitPattern: .min + 1) : 1

    // MARK: Authentication

    /// The methods the server offers, comma-separated; `nil` with an error, or when none is needed.
    func authenticationMethods(user: String) -> String? {
        let length = UInt32(clamping: user.utf8.count)
        return unsafe libssh2_userauth_list(raw, user, length)
            .map { unsafe String(cString: $0) }
    }

    var isAuthenticated: Bool {
        unsafe libssh2_userauth_authenticated(raw) == 1
    }

    func authenticate(user: String, password: String) -> Int32 {
        unsafe libssh2_userauth_password_ex(
            raw,
            user,
            UInt32(clamping: user.utf8.count),
            password,
            UInt32(clamping: password.utf8.count),
            nil
        )
    }

    /// Logs in with a public key whose signature is made elsewhere.
    func authenticate(user: String, request: SignatureRequest) -> Int32 {
        unsafe libssh2_userauth_publickey(
            raw,
            user,
            request.blob,
            request.blob.count,
            giveSignature,
            Unmanaged.passUnretained(request).toOpaque()
                .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
        )
    }

    /// Logs in by the answers of the wire's conversation.
    func authenticateByKeyboard(user: String) -> Int32 {
        unsafe libssh2_userauth_keyboard_interactive_ex(
            raw,
            user,
            UInt32(clamping: user.utf8.count),
            answerQuestions
        )
    }

    // MARK: Channels

    /// Opens a `session` channel; `nil` with an error or with "again".
    func openChannel(window: UInt32, packet: UInt32) -> ChannelHandle? {
        unsafe libssh2_channel_open_ex(raw, "session", 7, window, packet, nil, 0)
            .map { unsafe ChannelHandle($0, of: raw) }
    }
}

private typealias WireReceive =
    @convention(c) (
        Int32, UnsafeMutableRawPointer?, Int, Int32,
        UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int

private typealias WireSend =
    @convention(c) (
        Int32, UnsafeRawPointer?, Int, Int32, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int

private func wireReceive(
    _: Int32,
    buffer: UnsafeMutableRawPointer?,
    length: Int,
    _: Int32,
    abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int {
    guard let pointer = unsafe abstract?.pointee, let buffer = unsafe buffer else {
        return -Int(EBADF)
    }
    let wire = unsafe Unmanaged<Wire>.fromOpaque(pointer).takeUnretainedValue()
    return unsafe wire.receive(into: UnsafeMutableRawBufferPointer(start: buffer, count: length))
}

private func wireSend(
    _: Int32,
    buffer: UnsafeRawPointer?,
    length: Int,
    _: Int32,
    abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int {
    guard let pointer = unsafe abstract?.pointee, let buffer = unsafe buffer else {
        return -Int(EBADF)
    }
    let wire = unsafe Unmanaged<Wire>.fromOpaque(pointer).takeUnretainedValue()
    return unsafe wire.send(UnsafeRawBufferPointer(start: buffer, count: length))
}
