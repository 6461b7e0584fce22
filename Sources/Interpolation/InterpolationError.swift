/// A template text that cannot be understood or rendered.
public struct InterpolationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, in Packer's words where Packer has some.
    public var message: String
    /// What to do about it; empty when the message says it already.
    public var remedy: String
    /// Line within the text, from 1; 0 when the error has no place.
    public var line: Int
    /// Column within the line in characters, from 1; 0 when the error has no place.
    public var column: Int

    /// An error made of its parts.
    public init(_ message: String, remedy: String = "", line: Int = 0, column: Int = 0) {
        self.message = message
        self.remedy = remedy
        self.line = line
        self.column = column
    }

    init(_ message: String, remedy: String = "", at position: TextPosition) {
        self.init(message, remedy: remedy, line: position.line, column: position.column)
    }

    /// Where, what, and what to do.
    public var description: String {
        let place = line == 0 ? "" : "template text \(line):\(column): "
        return place + message + (remedy.isEmpty ? "" : "; \(remedy)")
    }
}

/// Where in a template's text something starts; lines and columns count from 1.
struct TextPosition: Sendable, Equatable {
    var line = 1
    var column = 1
}
