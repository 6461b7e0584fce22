/// Takes the wrapper's first words, `TOKEN PID\n`, out of standard error.
///
/// A login shell may print before them, so they are looked for, not expected at the front; bytes are
/// held back only while they can be the marker's beginning.
struct StartMarker {
    /// The most digits a process id has.
    private static let longestNumber = 20

    private let token: [UInt8]
    private var held: [UInt8] = []
    /// The process id of the wrapper's shell, once it was seen.
    private(set) var processID: Int?
    /// Whether the marker was seen; from then on bytes pass untouched.
    var isFound: Bool { processID != nil }

    init(token: String) {
        self.token = Array("\(token) ".utf8)
    }

    /// What of the stream can be passed on.
    mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
        guard !isFound else { return bytes }
        held += bytes
        guard let start = position() else {
            let kept = overlap()
            let passed = Array(held.dropLast(kept))
            held = Array(held.suffix(kept))
            return passed
        }
        let number = held[(start + token.count)...]
        guard let end = number.firstIndex(of: 0x0A) else {
            return number.count > Self.longestNumber ? release() : []
        }
        guard let found = Int(String(decoding: number[..<end], as: UTF8.self)), found > 0 else {
            return release()
        }
        processID = found
        let rest = Array(held[..<start] + held[(end + 1)...])
        held = []
        return rest
    }

    /// What was held back when the stream ended without the marker.
    mutating func finish() -> [UInt8] { release() }

    private mutating func release() -> [UInt8] {
        defer { held = [] }
        return held
    }

    private func position() -> Int? {
        guard held.count >= token.count else { return nil }
        return (0...(held.count - token.count)).first { start in
            held[start] == token[0] && held[start..<start + token.count].elementsEqual(token)
        }
    }

    /// How many bytes at the end can be the beginning of the token.
    private func overlap() -> Int {
        (1..<token.count).last { count in
            count <= held.count && held.suffix(count).elementsEqual(token.prefix(count))
        } ?? 0
    }
}
