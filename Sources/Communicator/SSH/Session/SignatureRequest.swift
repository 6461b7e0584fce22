internal import CLibSSH2

/// The signature that libssh2 asks for while it logs in with a public key.
///
/// libssh2 asks from within a call and must not wait: it is told "again" until the signature is
/// there, and repeats the call. Confined to the session's actor, and kept until the call has ended.
@safe final class SignatureRequest: @unchecked Sendable {
    private enum State {
        case idle
        case wanted([UInt8])
        case underWay
        case ready([UInt8])
        case failed
    }

    /// The public key as it is sent; its first string names the algorithm.
    let blob: [UInt8]
    private var state = State.idle
    /// Why there is no signature, once that is so.
    private(set) var failure: String?

    init(blob: [UInt8]) { self.blob = blob }

    /// Whether the server has asked for a signature, which it does for keys that it knows.
    var wasAsked: Bool {
        if case .idle = state { return false }
        return true
    }

    /// What is to be signed; given once.
    func takeWanted() -> [UInt8]? {
        guard case .wanted(let data) = state else { return nil }
        state = .underWay
        return data
    }

    func finish(_ signature: [UInt8]) { state = .ready(signature) }

    func fail(_ reason: String) {
        failure = reason
        state = .failed
    }

    /// libssh2's call; what it gets is a copy made by the wire of its session, its own to free.
    func answer(
        _ data: UnsafeBufferPointer<UInt8>,
        _ signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
        _ count: UnsafeMutablePointer<Int>,
        over wire: Wire
    ) -> Int32 {
        switch state {
        case .idle:
            state = unsafe .wanted(Array(data))
            return LIBSSH2_ERROR_EAGAIN
        case .wanted, .underWay: return LIBSSH2_ERROR_EAGAIN
        case .failed: return -1
        case .ready(let bytes):
            guard let copy = unsafe wire.copyForLibSSH2(bytes) else { return -1 }
            unsafe signature.pointee = copy
            unsafe count.pointee = bytes.count
            return 0
        }
    }
}

/// `LIBSSH2_USERAUTH_PUBLICKEY_SIGN_FUNC`; the last argument is the request itself.
func giveSignature(
    session: OpaquePointer?,
    signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?,
    count: UnsafeMutablePointer<Int>?,
    data: UnsafePointer<UInt8>?,
    dataCount: Int,
    context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
    guard let context = unsafe context, let signature = unsafe signature,
        let count = unsafe count, let session = unsafe session,
        let pointer = unsafe libssh2_session_abstract(session)?.pointee
    else { return -1 }
    let wire = unsafe Unmanaged<Wire>.fromOpaque(pointer).takeUnretainedValue()
    let request = unsafe Unmanaged<SignatureRequest>.fromOpaque(UnsafeRawPointer(context))
        .takeUnretainedValue()
    return unsafe request.answer(
        UnsafeBufferPointer(start: data, count: dataCount),
        signature,
        count,
        over: wire
    )
}
