/// Turns CRLF line endings into LF as bytes pass by, as Packer does with scripts.
///
/// A carriage return within a line stays. A last line without a newline gets one, and loses a
/// carriage return at its end. Lines may be of any length: at most one byte is held back.
struct LineEndings {
    private var heldReturn = false
    private var isWithinLine = false

    /// The converted bytes of the next piece.
    mutating func convert(_ bytes: [UInt8]) -> [UInt8] {
        var converted: [UInt8] = []
        converted.reserveCapacity(bytes.count + 1)
        for byte in bytes {
            if heldReturn && byte != ASCII.newline { converted.append(ASCII.carriageReturn) }
            heldReturn = byte == ASCII.carriageReturn
            if !heldReturn { converted.append(byte) }
        }
        if let last = bytes.last { isWithinLine = last != ASCII.newline }
        return converted
    }

    /// What belongs after the last piece: a newline when the last line had none.
    mutating func finish() -> [UInt8] {
        defer { self = LineEndings() }
        return isWithinLine ? [ASCII.newline] : []
    }

    /// A whole text at once.
    static func converted(_ bytes: [UInt8]) -> [UInt8] {
        var endings = LineEndings()
        return endings.convert(bytes) + endings.finish()
    }
}
