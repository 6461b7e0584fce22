internal import NIOCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension SocketStream {
    /// Who is at the other end of a Unix socket.
    package struct Peer: Sendable, Hashable {
        /// Its number, as it was when it began to listen or to connect.
        package var process: Int32
        /// Its user.
        package var user: UInt32

        /// A peer made of its parts.
        package init(process: Int32, user: UInt32) {
            self.process = process
            self.user = user
        }
    }

    /// Who is at the other end, as the kernel says (unix(7), `SO_PEERCRED`).
    ///
    /// - Returns: The peer, or `nil` where the kernel does not say: for what is no Unix socket, and on
    ///   systems without this option.
    package func peer() async throws -> Peer? {
        #if os(Linux)
            guard let provider = channel as? any SocketOptionProvider else { return nil }
            // `struct ucred`, which glibc shows only to who asks for its extensions.
            let value: (process: Int32, user: UInt32, group: UInt32) =
                try await provider.unsafeGetSocketOption(
                    level: .socket,
                    name: .init(rawValue: SO_PEERCRED)
                ).get()
            return value.process > 0 ? Peer(process: value.process, user: value.user) : nil
        #else
            return nil
        #endif
    }
}
