/// What stands between double quotes in Go's source.
enum GoString {
    /// The text with its escapes resolved (`strconv.Unquote`), or `nil` when one is wrong.
    static func unescaped(_ letters: ArraySlice<Unicode.Scalar>) -> String? {
        var bytes: [UInt8] = []
        var rest = letters
        while let letter = rest.popFirst() {
            guard letter == "\\" else {
                bytes += Array(String(letter).utf8)
                continue
            }
            guard let code = rest.popFirst() else { return nil }
            if let simple = simple[code] {
                bytes.append(simple)
            } else if let (digits, radix, isByte) = numeric(code) {
                let taken = (isByte && code != "x" ? [code] : []) + rest.prefix(digits)
                guard
                    rest.count >= digits,
                    let value = UInt32(String(taken.map(Character.init)), radix: radix)
                else { return nil }
                rest = rest.dropFirst(digits)
                if isByte {
                    guard let byte = UInt8(exactly: value) else { return nil }
                    bytes.append(byte)
                } else {
                    guard let scalar = Unicode.Scalar(value) else { return nil }
                    bytes += Array(String(scalar).utf8)
                }
            } else {
                return nil
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static let simple: [Unicode.Scalar: UInt8] = [
        "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "\"": 34,
    ]

    /// How many digits follow, in which radix, and whether they make a byte or a character.
    private static func numeric(_ code: Unicode.Scalar) -> (Int, Int, Bool)? {
        switch code {
        case "x": (2, 16, true)
        case "u": (4, 16, false)
        case "U": (8, 16, false)
        case "0"..."7": (2, 8, true)
        default: nil
        }
    }
}
