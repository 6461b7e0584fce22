#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What tells this run of the program from every other one.
package enum RunIdentity {
    /// `PACKER_RUN_UUID` of the environment, or a random UUID (RFC 9562 version 4) for this process.
    ///
    /// The same for the components here and for those in plugins, to which the host gives it.
    package static let uuid: String = {
        if let given = unsafe getenv("PACKER_RUN_UUID") {
            let text = unsafe String(cString: given)
            if !text.isEmpty { return text }
        }
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.enumerated().map { index, byte in
            let digits = String(byte, radix: 16)
            let dash = [4, 6, 8, 10].contains(index) ? "-" : ""
            return dash + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }()
}
