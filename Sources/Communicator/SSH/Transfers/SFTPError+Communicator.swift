import Communicator
import SFTP

extension SFTPError {
    /// The same failure as a communicator's error.
    func communicatorError(_ operation: String, _ path: BytePath) -> CommunicatorError {
        let code: CommunicatorError.Code =
            switch self {
            case .status(let status): status.code.communicatorCode
            case .protocolViolation: .protocolViolation
            case .unsupported: .unsupported
            case .connectionLost, .closed: .disconnected
            case .deadlineExceeded: .deadlineExceeded
            }
        return CommunicatorError(
            code,
            operation: operation,
            target: "\(path)",
            detail: description
        )
    }

    /// The status, when the server refused a request.
    var status: SFTPStatus? {
        if case .status(let status) = self { status } else { nil }
    }
}

extension SFTPStatus.Code {
    fileprivate var communicatorCode: CommunicatorError.Code {
        switch self {
        case .noSuchFile: .noSuchFile
        case .permissionDenied: .permissionDenied
        case .operationUnsupported: .unsupported
        case .connectionLost, .noConnection: .disconnected
        default: .transferFailed
        }
    }
}
