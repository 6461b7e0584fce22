/// What has arrived on one stream and is not read yet.
///
/// A list of pieces, so that neither arriving nor reading moves what is already there. Small pieces
/// are joined: a peer that sends single bytes costs memory for bytes, not for lists.
struct InboundBuffer: Equatable, Sendable {
    /// Pieces shorter than this are joined to the one before, as long as that one is shorter than
    /// four times this: copying them is cheaper than a list element and an allocation each.
    static let joinedBelow = 4096

    private var pieces: [[UInt8]] = []
    /// Where the unread pieces begin; those before are empty.
    private var first = 0
    /// How much of the first piece was read.
    private var offset = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        count += bytes.count
        let last = pieces.count - 1
        if bytes.count < Self.joinedBelow, last >= first, pieces[last].count < 4 * Self.joinedBelow
        {
            pieces[last] += bytes
        } else {
            pieces.append(Array(bytes))
        }
    }

    /// The next bytes, at most `limit`; a whole piece is passed on without copying it.
    mutating func take(upTo limit: Int) -> [UInt8] {
        guard count > 0, limit > 0 else { return [] }
        if offset == 0, pieces[first].count <= limit, isWholePieceEnough(limit) {
            let piece = pieces[first]
            dropFirstPiece()
            count -= piece.count
            return piece
        }
        let wanted = min(limit, count)
        var taken: [UInt8] = []
        taken.reserveCapacity(wanted)
        while taken.count < wanted {
            let piece = pieces[first]
            let end = min(piece.count, offset + wanted - taken.count)
            taken += piece[offset..<end]
            offset = end
            if offset == piece.count { dropFirstPiece() }
        }
        count -= wanted
        return taken
    }

    /// Forgets everything.
    mutating func removeAll() {
        self = InboundBuffer()
    }

    /// Whether the first piece alone is a good answer, and not one of many small ones.
    private func isWholePieceEnough(_ limit: Int) -> Bool {
        pieces[first].count >= Self.joinedBelow || pieces[first].count == count
            || pieces[first].count == limit
    }

    private mutating func dropFirstPiece() {
        pieces[first] = []
        first += 1
        offset = 0
        if first == pieces.count {
            pieces.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= 32, first * 2 >= pieces.count {
            pieces.removeFirst(first)
            first = 0
        }
    }
}
