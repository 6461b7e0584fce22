internal import Processes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The program that started this plugin.
enum HostProgram {
    /// Whether it is Debian's packer, whose Go knows the type of nested blocks by another name.
    ///
    /// It says so nowhere, so the program itself is searched for that name; once, and only for
    /// components that have nested blocks. `PACKER_SWIFT_DEBIAN_HOST` set to 0 or 1 decides instead.
    static let isDebians: Bool = {
        switch ProcessEnvironment.variables["PACKER_SWIFT_DEBIAN_HOST"] {
        case "0": return false
        case "1": return true
        default: return contains(mark, "/proc/\(getppid())/exe")
        }
    }()

    private static let mark = Array(
        "github.com/hashicorp/packer/vendor/github.com/hashicorp/hcl/v2/hcldec".utf8
    )

    /// How much is searched: no packer is larger.
    private static let maximumSize = 1 << 30

    private static func contains(_ mark: [UInt8], _ path: String) -> Bool {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        var total = 0
        var kept = 0
        while total < maximumSize {
            let count = unsafe piece.withUnsafeMutableBytes { bytes in
                unsafe read(
                    descriptor,
                    bytes.baseAddress.map { unsafe $0 + kept },
                    bytes.count - kept
                )
            }
            guard count > 0 else { return false }
            total += count
            let end = kept + count
            if isThere(mark, in: piece[..<end]) { return true }
            // The mark may begin at the end of a piece.
            kept = min(end, mark.count - 1)
            for offset in 0..<kept { piece[offset] = piece[end - kept + offset] }
        }
        return false
    }

    /// Whether the mark is there, by its last byte (Horspool): a packer has a hundred megabytes, of
    /// which so most bytes are passed over.
    private static func isThere(_ mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Bool {
        var steps = [Int](repeating: mark.count, count: 256)
        for (place, byte) in mark.dropLast().enumerated() {
            steps[Int(byte)] = mark.count - 1 - place
        }
        var end = bytes.startIndex + mark.count
        while end <= bytes.endIndex {
            if bytes[end - 1] == mark.last, bytes[(end - mark.count)..<end].elementsEqual(mark) {
                return true
            }
            end += steps[Int(bytes[end - 1])]
        }
        return false
    }
}
