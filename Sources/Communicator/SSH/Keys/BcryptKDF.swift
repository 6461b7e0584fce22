/// `bcrypt_pbkdf`: how OpenSSH makes a cipher key from a passphrase (OpenBSD's bcrypt_pbkdf(3)).
enum BcryptKDF {
    /// The most rounds that are done; OpenSSH's own default is 16 or 24.
    static let roundLimit = 1_024
    private static let outputSize = 32
    private static let text = words(Array("OxychromaticBlowfishSwatDynamite".utf8))

    /// A key of `count` bytes.
    ///
    /// - Throws: ``KeyFileError`` when the numbers are beyond the limits.
    static func key(
        passphrase: [UInt8],
        salt: [UInt8],
        rounds: Int,
        count: Int
    ) throws(KeyFileError) -> [UInt8] {
        try check(saltSize: salt.count, rounds: rounds)
        guard (1...1_024).contains(count) else {
            throw KeyFileError("its bcrypt parameters make no sense")
        }
        let password = words(Crypto.sha512(passphrase))
        let blocks = (count + outputSize - 1) / outputSize
        var key = [UInt8](repeating: 0, count: count)
        for block in 0..<blocks {
            let number = UInt32(truncatingIfNeeded: block + 1)
            var round = hash(password, words(Crypto.sha512(salt + number.bigEndianBytes)))
            var sum = round
            for _ in 1..<rounds {
                round = hash(password, words(Crypto.sha512(round)))
                for index in sum.indices { sum[index] ^= round[index] }
            }
            // The blocks are interleaved, so that no part of the key is cheaper than the whole.
            for index in sum.indices where index * blocks + block < count {
                key[index * blocks + block] = sum[index]
            }
        }
        return key
    }

    /// Refuses numbers that are beyond the limits, before anybody is asked for a passphrase.
    static func check(saltSize: Int, rounds: Int) throws(KeyFileError) {
        guard (1...roundLimit).contains(rounds) else {
            throw KeyFileError(
                "it wants \(rounds) rounds of bcrypt; at most \(roundLimit) are done"
            )
        }
        guard (1...1_024).contains(saltSize) else {
            throw KeyFileError("its bcrypt parameters make no sense")
        }
    }

    private static func hash(_ password: [UInt32], _ salt: [UInt32]) -> [UInt8] {
        let cipher = Blowfish()
        cipher.expand(salt: salt, key: password)
        for _ in 0..<64 {
            cipher.expand(key: salt)
            cipher.expand(key: password)
        }
        var block = text
        for _ in 0..<64 {
            for index in stride(from: 0, to: block.count, by: 2) {
                var (left, right) = (block[index], block[index + 1])
                cipher.encrypt(&left, &right)
                (block[index], block[index + 1]) = (left, right)
            }
        }
        return block.flatMap { $0.bigEndianBytes.reversed() }
    }

    /// Words of 32 bits, most significant byte first.
    private static func words(_ bytes: [UInt8]) -> [UInt32] {
        stride(from: 0, to: bytes.count, by: 4).map { start in
            bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
