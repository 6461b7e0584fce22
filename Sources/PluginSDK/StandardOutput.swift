#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// An output of the process, written to without a buffer whose errors come too late for anybody.
enum StandardOutput {
    /// Nobody takes what is written.
    struct Failure: Error, CustomStringConvertible, Equatable {
        /// The system's number of the error.
        let number: Int32

        var description: String {
            "the standard output could not be written: \(unsafe String(cString: strerror(number))); "
                + "the host must read it to its end"
        }
    }

    /// Writes all of `bytes`.
    ///
    /// - Throws: ``Failure``.
    static func write(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                    unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                #elseif canImport(Musl)
                    unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
                #else
                    unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
                #endif
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno != EINTR {
                throw Failure(number: errno)
            }
        }
    }
}
