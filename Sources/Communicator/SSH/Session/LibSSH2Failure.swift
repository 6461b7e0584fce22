internal import CLibSSH2
internal import Communicator

/// What libssh2 said when a call failed.
struct LibSSH2Failure: Error, Equatable {
    /// One of libssh2's `LIBSSH2_ERROR_` numbers.
    let code: Int32
    /// libssh2's own words; may be empty.
    let text: String

    /// What a refused packet comes to; libssh2 says that it has no memory.
    static let brokenLength = LibSSH2Failure(
        code: LIBSSH2_ERROR_INVALID_MAC,
        text: "its length is no whole number of blocks"
    )

    var isAgain: Bool { code == LIBSSH2_ERROR_EAGAIN }

    /// Whether the transport itself has ended or cannot be trusted any more.
    var isFatal: Bool {
        switch code {
        case LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_RECV,
            LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_INVALID_MAC, LIBSSH2_ERROR_DECRYPT,
            LIBSSH2_ERROR_PROTO, LIBSSH2_ERROR_OUT_OF_BOUNDARY, LIBSSH2_ERROR_KEX_FAILURE,
            LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE, LIBSSH2_ERROR_ALLOC,
            LIBSSH2_ERROR_COMPRESS, LIBSSH2_ERROR_BAD_SOCKET:
            true
        default: false
        }
    }

    /// Whether the server ended the connection instead of answering a login.
    ///
    /// libssh2 reports that under the code of a refusal; only its words differ.
    var isMissingReply: Bool { text.hasPrefix("Waiting for ") }

    /// Whether bytes of the transport were lost or forged, so that nothing behind them counts.
    var isDamage: Bool {
        isFatal && code != LIBSSH2_ERROR_SOCKET_DISCONNECT && code != LIBSSH2_ERROR_SOCKET_RECV
            && code != LIBSSH2_ERROR_SOCKET_SEND && code != LIBSSH2_ERROR_BAD_SOCKET
    }

    /// The failure in words: libssh2's, or ours where it has none.
    var detail: String {
        let meaning: String? =
            switch code {
            case LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_RECV,
                LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_CHANNEL_CLOSED:
                "the server closed the connection"
            case LIBSSH2_ERROR_BANNER_RECV, LIBSSH2_ERROR_BANNER_SEND:
                "the server did not send an SSH identification line"
            case LIBSSH2_ERROR_KEX_FAILURE, LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE:
                "the key exchange was cut short, or not signed by the server's host key"
            case LIBSSH2_ERROR_ALLOC: "there is no memory left on this side"
            case LIBSSH2_ERROR_INVALID_MAC: "a packet arrived damaged"
            case LIBSSH2_ERROR_AUTHENTICATION_FAILED: "the server refused the credentials"
            case LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED: "the server refused the key"
            case LIBSSH2_ERROR_CHANNEL_FAILURE: "the server refused to open a channel"
            case LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED: "the server denied the request"
            case LIBSSH2_ERROR_PASSWORD_EXPIRED: "the password has expired"
            case LIBSSH2_ERROR_FILE: "the private key could not be read (format or passphrase)"
            case LIBSSH2_ERROR_KEYFILE_AUTH_FAILED:
                "the private key is locked, and the passphrase is missing or wrong"
            default: nil
            }
        switch (meaning, text.isEmpty) {
        case (let meaning?, true): return meaning
        case (let meaning?, false): return "\(meaning) (libssh2: \(text))"
        case (nil, false): return "libssh2: \(text)"
        case (nil, true): return "libssh2 error \(code)"
        }
    }

    /// The failure as the public error.
    func error(_ code: CommunicatorError.Code, _ operation: String, _ target: String)
        -> CommunicatorError
    {
        CommunicatorError(
            isFatal && code != .handshakeFailed ? .disconnected : code,
            operation: operation,
            target: target,
            detail: detail
        )
    }
}
