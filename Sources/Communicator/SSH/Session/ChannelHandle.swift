internal import CLibSSH2

/// One channel of a ``LibSSH2Session``; every call returns at once.
///
/// The handle is dead after ``free()`` has not said "again", and when its session is gone.
@safe struct ChannelHandle {
    private let raw: OpaquePointer
    private let session: OpaquePointer

    /// Which of the two outputs of a channel is meant (RFC 4254 section 5.2).
    enum Stream: Int32 {
        case standardOutput = 0
        case standardError = 1
        /// RFC 4254 knows no output of this number: reading it takes what has arrived off the
        /// transport (key exchanges, requests) and leaves all output.
        case none = 2_147_483_647
    }

    init(_ raw: OpaquePointer, of session: OpaquePointer) {
        unsafe self.raw = raw
        unsafe self.session = session
    }

    /// Asks for `exec` or `subsystem` (RFC 4254 section 6.5).
    func start(_ request: String, _ argument: [UInt8]) -> Int32 {
        unsafe argument.withUnsafeBytes { bytes in
            unsafe libssh2_channel_process_startup(
                raw,
                request,
                UInt32(clamping: request.utf8.count),
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                UInt32(clamping: bytes.count)
            )
        }
    }

    func read(_ stream: Stream, into buffer: inout [UInt8]) -> Int {
        unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe libssh2_channel_read_ex(
                raw,
                stream.rawValue,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                bytes.count
            )
        }
    }

    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe libssh2_channel_write_ex(
                raw,
                0,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                bytes.count
            )
        }
    }

    /// Takes what has arrived off the transport and leaves all output, without opening the window.
    func listen() -> Int {
        var nothing: CChar = 0
        return unsafe libssh2_channel_read_ex(raw, Stream.none.rawValue, &nothing, 1)
    }

    /// Whether a read would find nothing and leave the peer's window as it is; libssh2 widens one
    /// that has lost a quarter.
    func canListen(window: UInt32) -> Bool {
        var unread: UInt = 0
        let left = unsafe libssh2_channel_window_read_ex(raw, &unread, nil)
        return unread == 0 && left > UInt(window) / 4 * 3 + 1
    }

    func close() -> Int32 { unsafe libssh2_channel_close(raw) }
    func sendEOF() -> Int32 { unsafe libssh2_channel_send_eof(raw) }
    func waitClosed() -> Int32 { unsafe libssh2_channel_wait_closed(raw) }
    func free() -> Int32 { unsafe libssh2_channel_free(raw) }

    /// Whether the peer has closed the channel; it then neither sends nor takes anything.
    var isClosedByPeer: Bool { unsafe libssh2_channel_wait_closed(raw) == 0 }

    /// Whether the peer has said end-of-file and everything before it was read.
    var isAtEnd: Bool { unsafe libssh2_channel_eof(raw) == 1 }

    /// What the library knows of the end of the command.
    func evidence() -> ExitEvidence {
        var name: UnsafeMutablePointer<CChar>?
        var length = 0
        var signal: String?
        let code = unsafe libssh2_channel_get_exit_signal(
            raw,
            &name,
            &length,
            nil,
            nil,
            nil,
            nil
        )
        if code == 0, let found = unsafe name {
            // A peer can call it anything, and it is shown.
            signal = unsafe SSHNames(String(cString: found)).all.first ?? "unknown"
            unsafe libssh2_free(session, found)
        }
        let hasStatus = unsafe packer_swift_has_exit_status(raw)
        return ExitEvidence(
            status: unsafe libssh2_channel_get_exit_status(raw),
            signal: signal,
            hasStatus: hasStatus < 0 ? nil : hasStatus == 1
        )
    }
}

/// What was seen of a command's end, before it is judged.
struct ExitEvidence: Sendable, Equatable {
    /// The number libssh2 holds; 0 also when none arrived.
    var status: Int32
    /// The name of the signal, without `SIG`, when one was reported.
    var signal: String?
    /// Whether a status arrived; `nil` when this library cannot say.
    var hasStatus: Bool?

    /// Whether it shows that the command has ended.
    var showsEnd: Bool { status != 0 || signal != nil || hasStatus == true }
}
