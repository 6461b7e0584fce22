/// Finds where a value ends while its bytes arrive in pieces of any size.
///
/// Looks at each head once however the pieces fall, keeps nothing of the payloads, and refuses what
/// is too deep or too large as soon as a head says so, not when the bytes are there.
package struct MessagePackScanner: Sendable {
    private let start: Int
    private let limits: MessagePackLimits
    /// How many values each open array or map still waits for, outermost first.
    private var open: [Int] = []
    private var isDone = false
    /// Up to where the bytes are known; the value's end once ``scan(_:)`` has said `true`.
    package private(set) var position: Int

    /// A scanner of the value that begins at a position.
    package init(at position: Int = 0, limits: MessagePackLimits = .standard) {
        self.start = position
        self.position = position
        self.limits = limits
    }

    /// Goes on over the bytes, which are those of the last call and any more that came.
    ///
    /// - Returns: Whether the value is whole; ``position`` is its end then.
    /// - Throws: ``MessagePackError``: `.reservedByte`, `.tooDeep` or `.tooLarge`.
    package mutating func scan(_ bytes: [UInt8]) throws(MessagePackError) -> Bool {
        while !isDone {
            guard let head = try MessagePackHead.read(bytes, at: position) else {
                try checkSize(bytes.count - position)
                return false
            }
            try checkSize(head.size + head.payload + head.children)
            guard bytes.count - position - head.size >= head.payload else { return false }
            try enter(head)
            position += head.size + head.payload
        }
        return true
    }

    private mutating func enter(_ head: MessagePackHead) throws(MessagePackError) {
        switch head.kind {
        case .array, .map:
            guard open.count < limits.depth else {
                throw MessagePackError(
                    .tooDeep,
                    "found more than \(limits.depth) arrays and maps inside each other",
                    offset: position
                )
            }
            open.append(head.children)
        default: completeValue()
        }
        while open.last == 0 {
            open.removeLast()
            completeValue()
        }
    }

    private mutating func completeValue() {
        guard let waiting = open.last else {
            isDone = true
            return
        }
        open[open.count - 1] = waiting - 1
    }

    /// Checks that a value so much longer may still be within the limit.
    private func checkSize(_ more: Int) throws(MessagePackError) {
        guard more <= limits.size - (position - start) else {
            throw MessagePackError(
                .tooLarge,
                "found a value of more than \(limits.size) bytes",
                offset: position
            )
        }
    }
}
