internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Why a TCP connection, or one to a Unix socket, could not be made; or why nobody can listen there.
public struct SocketError: Error, Sendable, CustomStringConvertible {
    /// What was found on the way to the port.
    public enum Kind: Sendable, Hashable {
        /// The host answered that nothing listens there.
        case refused
        /// Nothing answered in time.
        case timedOut
        /// The name has no address.
        case unknownHost
        /// Anything else, as the system says it.
        case other
    }

    /// What was found.
    public let kind: Kind
    /// What was found, in words, with host and port or the socket's path.
    public let description: String

    init(_ error: any Error, host: String, port: UInt16) {
        kind = Self.kind(of: error)
        description =
            switch kind {
            case .refused: "\(host):\(port) refused the TCP connection; nothing listens there"
            case .timedOut: "\(host):\(port) did not answer in time"
            case .unknownHost: "the name \(host) has no address"
            case .other: "connecting to \(host):\(port): \(Self.text(of: error))"
            }
    }

    init(_ error: any Error, path: String) {
        kind = Self.kind(of: error)
        description =
            switch kind {
            case .refused: "nothing listens at \(path)"
            case .timedOut: "\(path) did not answer in time"
            case .unknownHost: "\(path) cannot be the path of a socket"
            case .other: "connecting to \(path): \(Self.text(of: error))"
            }
    }

    init(_ error: any Error, listeningAt path: String) {
        kind = Self.kind(of: error)
        description =
            switch kind {
            case .unknownHost:
                "\(path) cannot be the path of a socket: it has \(path.utf8.count) bytes"
            default: "listening at \(path): \(Self.text(of: error))"
            }
    }

    private static func kind(of error: any Error) -> Kind {
        switch error {
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first?.error else { return .unknownHost }
            return kind(of: first)
        case let error as IOError where error.errnoCode == ECONNREFUSED: return .refused
        case let error as IOError where error.errnoCode == ETIMEDOUT: return .timedOut
        case ChannelError.connectTimeout: return .timedOut
        case is SocketAddressError: return .unknownHost
        default: return .other
        }
    }

    /// A system error in the system's words.
    static func text(of error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { text(of: $0.error) } ?? "the name has no address"
        // What NIO says of a socket that it is just closing.
        case let error as IOError where error.errnoCode == EBADF: "the connection was closed"
        case let error as IOError:
            unsafe String(cString: strerror(error.errnoCode))
        case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed:
            "the connection was closed"
        default: "\(error)"
        }
    }
}
