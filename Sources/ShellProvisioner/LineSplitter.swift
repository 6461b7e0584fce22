/// One output stream of a command on its way to a person: bytes in, lines of text out.
///
/// Lines end at a newline; white space at their end goes. Of a line that rewrites itself with
/// carriage returns the last state stays, and a slow one also shows at most two states a second. A
/// line longer than ``pieceLimit`` comes in pieces, so memory is bounded whatever the command
/// prints.
struct LineSplitter {
    /// The most bytes of one line that are held.
    static let pieceLimit = 65_536
    /// The least time between two shown states of a line that rewrites itself.
    static let stateInterval: Duration = .milliseconds(500)

    /// What came since the last newline or carriage return.
    private var segment: [UInt8] = []
    /// The last state of the line that was not blank.
    private var state: [UInt8] = []
    private var shownState: [UInt8]?
    private var hasEmittedPiece = false
    private var lastShown: Duration?

    /// Takes the next bytes.
    ///
    /// - Parameters:
    ///   - bytes: What came.
    ///   - elapsed: The time since the command started, on a monotonic clock.
    /// - Returns: The lines that are to be shown now.
    mutating func append(_ bytes: [UInt8], elapsed: Duration) -> [String] {
        var lines: [String] = []
        var rest = bytes[...]
        while let first = rest.first {
            if lastShown == nil { lastShown = elapsed }
            switch first {
            case ASCII.newline:
                endLine(into: &lines)
                rest.removeFirst()
            case ASCII.carriageReturn:
                endState(elapsed, into: &lines)
                rest.removeFirst()
            default:
                let room = min(rest.count, Self.pieceLimit - segment.count)
                let reach = rest.prefix(room)
                let part = reach.prefix {
                    $0 != ASCII.newline && $0 != ASCII.carriageReturn
                }
                segment += part
                rest = rest[part.endIndex...]
                if segment.count >= Self.pieceLimit { emitPiece(into: &lines) }
            }
        }
        return lines
    }

    /// The last line, when the output did not end with a newline.
    mutating func finish() -> [String] {
        var lines: [String] = []
        if !segment.isEmpty || !state.isEmpty { endLine(into: &lines) }
        return lines
    }

    private mutating func endLine(into lines: inout [String]) {
        let isBlank = segment.allSatisfy { $0 == ASCII.space || $0 == ASCII.tab }
        let last = isBlank && !state.isEmpty ? state : segment
        let text = DisplayText.line(last[...])
        if last != shownState && !(hasEmittedPiece && text.isEmpty) { lines.append(text) }
        self = LineSplitter()
    }

    private mutating func endState(_ elapsed: Duration, into lines: inout [String]) {
        guard !segment.allSatisfy({ $0 == ASCII.space || $0 == ASCII.tab }) else {
            segment.removeAll(keepingCapacity: true)
            return
        }
        swap(&state, &segment)
        segment.removeAll(keepingCapacity: true)
        guard let last = lastShown, elapsed - last >= Self.stateInterval, state != shownState
        else { return }
        lines.append(DisplayText.line(state[...]))
        shownState = state
        lastShown = elapsed
    }

    private mutating func emitPiece(into lines: inout [String]) {
        let whole = segment.endIndex - DisplayText.incompleteSuffix(of: segment)
        lines.append(DisplayText.text(segment[..<whole]))
        segment.removeSubrange(..<whole)
        state = []
        shownState = nil
        hasEmittedPiece = true
    }
}
