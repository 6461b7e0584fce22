/// Blowfish with the key schedule of bcrypt (Provos and Mazières 1999).
@safe final class Blowfish {
    private static let rounds = 18
    private let state: UnsafeMutableBufferPointer<UInt32>

    init() {
        let words = BlowfishStart.words
        unsafe state = .allocate(capacity: words.count)
        _ = unsafe state.initialize(fromContentsOf: words)
    }

    deinit {
        unsafe state.update(repeating: 0)
        unsafe state.deallocate()
    }

    /// Mixes a salt and a key into the state; each of 16 words.
    func expand(salt: [UInt32], key: [UInt32]) {
        mix(key)
        var left: UInt32 = 0
        var right: UInt32 = 0
        var place = 0
        unsafe salt.withUnsafeBufferPointer { salt in
            for index in stride(from: 0, to: unsafe state.count, by: 2) {
                left ^= unsafe salt[place & 15]
                right ^= unsafe salt[(place &+ 1) & 15]
                place &+= 2
                encrypt(&left, &right)
                unsafe state[index] = left
                unsafe state[index &+ 1] = right
            }
        }
    }

    /// Mixes a key of 16 words into the state.
    func expand(key: [UInt32]) {
        mix(key)
        var left: UInt32 = 0
        var right: UInt32 = 0
        var index = 0
        let count = unsafe state.count
        while index < count {
            encrypt(&left, &right)
            unsafe state[index] = left
            unsafe state[index &+ 1] = right
            index &+= 2
        }
    }

    private func mix(_ key: [UInt32]) {
        for index in 0..<Self.rounds { unsafe state[index] ^= key[index & 15] }
    }

    /// Encrypts one block of two words.
    func encrypt(_ left: inout UInt32, _ right: inout UInt32) {
        guard let words = unsafe state.baseAddress else { return }
        let boxes = unsafe words + Self.rounds
        var one = unsafe left ^ words[0]
        var two = right
        var round = 1
        while round < 17 {
            unsafe two ^= Self.mangle(one, boxes) ^ words[round]
            unsafe one ^= Self.mangle(two, boxes) ^ words[round &+ 1]
            round &+= 2
        }
        left = unsafe two ^ words[17]
        right = one
    }

    @inline(__always)
    private static func mangle(_ word: UInt32, _ boxes: UnsafeMutablePointer<UInt32>) -> UInt32 {
        let first = unsafe boxes[Int(truncatingIfNeeded: word &>> 24)]
        let second = unsafe boxes[256 &+ Int(truncatingIfNeeded: word &>> 16 & 0xFF)]
        let third = unsafe boxes[512 &+ Int(truncatingIfNeeded: word &>> 8 & 0xFF)]
        let fourth = unsafe boxes[768 &+ Int(truncatingIfNeeded: word & 0xFF)]
        return ((first &+ second) ^ third) &+ fourth
    }
}
