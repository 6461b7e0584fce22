import Foundation

/// A port of 127.0.0.1 that is bound, so that nobody else gets it, and that nobody serves.
package final class ClosedPort: Sendable {
    /// The port.
    package let number: Int
    private let descriptor: Int32
    private let filling: Int32?

    /// Takes a free port.
    ///
    /// - Parameter isSilent: Whether nobody answers there, as behind a packet filter that drops; else
    ///   connections are refused.
    /// - Throws: What the system says when there is no free port.
    package init(isSilent: Bool = false) throws {
        #if canImport(Darwin)
            let stream = SOCK_STREAM
        #else
            let stream = Int32(SOCK_STREAM.rawValue)
        #endif
        descriptor = socket(AF_INET, stream, 0)
        // A queue with room for one that is full: the system drops who comes next.
        filling = isSilent ? socket(AF_INET, stream, 0) : nil
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (descriptor, filling) = (descriptor, filling)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let bound = unsafe bind(descriptor, generic, length)
                guard bound == 0, unsafe getsockname(descriptor, generic, &length) == 0 else {
                    return Int32(-1)
                }
                guard let filling else { return 0 }
                return listen(descriptor, 0) == 0 ? unsafe connect(filling, generic, length) : -1
            }
        }
        guard result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        number = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit {
        close(descriptor)
        if let filling { close(filling) }
    }
}
