import SFTP

/// How large requests are and how many of them are in flight.
struct TransferPace: Sendable, Equatable {
    /// Writes in flight for one file.
    let writes: Int
    /// Reads in flight for one file.
    let reads: Int
    /// Small files in flight.
    let files: Int
    /// The most bytes that are asked for by one read.
    let readLength: Int
    private let limits: SFTPLimits

    /// A pace for a connection with this round trip and a server with these limits.
    ///
    /// On a local network about 1 MiB in flight is fastest, because more falls out of caches; over
    /// a distance the window of the channel must be filled (2 MiB towards OpenSSH's server).
    init(roundTrip: Duration, limits: SFTPLimits) {
        let isFar = roundTrip > .milliseconds(5)
        writes = isFar ? 32 : 16
        reads = isFar ? 128 : 16
        // Half of the handles are left to other users of the connection.
        let handles =
            limits.openHandles == 0 ? Int.max : max(1, Int(clamping: limits.openHandles / 2))
        files = min(isFar ? 256 : 64, handles)
        readLength = min(65_536, Self.orUnlimited(limits.readLength))
        self.limits = limits
    }

    /// The most bytes that one write to this handle carries.
    ///
    /// Header and data together are a multiple of 32,700 bytes, the most that libssh2 puts into one
    /// SSH packet; a larger request costs a short packet of its own each time.
    func writeLength(for handle: SFTPHandle) -> Int {
        let header = 25 + handle.bytes.count
        let allowed = min(
            Self.orUnlimited(limits.writeLength),
            Self.orUnlimited(limits.packetLength) - header
        )
        let wanted = [2, 1].map { $0 * 32_700 - header }
        return max(1, wanted.first { $0 <= allowed } ?? allowed)
    }

    private static func orUnlimited(_ limit: UInt64) -> Int {
        limit == 0 ? 1 << 30 : Int(clamping: min(limit, 1 << 30))
    }
}
