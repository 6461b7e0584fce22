#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process's working directory, or "" when it has none any more.
package func currentDirectory() -> String {
    guard let path = unsafe getcwd(nil, 0) else { return "" }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
}

/// The absolute directory of a file, without `.` and `..`; by name alone, as Go's `filepath.Abs` has
/// it.
package func absoluteDirectory(of path: String) -> String {
    let whole = path.hasPrefix("/") ? path : currentDirectory() + "/" + path
    var parts: [Substring] = []
    for part in whole.split(separator: "/").dropLast() where part != "." {
        if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
}

/// A UUID that starts with the time, as Packer makes them: later ones sort behind earlier ones.
///
/// Four bytes of Unix time, twelve random ones.
func timeOrderedUUID(at time: UTCTime = .now()) -> String {
    let seconds = UInt32(truncatingIfNeeded: time.seconds)
    let high = UInt64.random(in: .min ... .max)
    let low = UInt64.random(in: .min ... .max)
    let digits =
        hexadecimal(UInt64(seconds), 8) + hexadecimal(high, 16)
        + hexadecimal(low & 0xFFFF_FFFF, 8)
    var text = ""
    for (position, digit) in digits.enumerated() {
        if [8, 12, 16, 20].contains(position) { text += "-" }
        text.append(digit)
    }
    return text
}

private func hexadecimal(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: width - digits.count) + digits
}
