/// One word of what stands between `{{` and `}}`.
struct TemplateToken: Sendable {
    enum Kind: Sendable, Equatable {
        case word(String)
        case field(String)
        case string(String)
        case integer(Int64)
        case pipe, open, close
    }

    var kind: Kind
    var position: TextPosition
    /// Whether white space stands before it; Go wants some between arguments.
    var followsSpace: Bool
}

/// A template text cut at its braces.
enum TemplatePiece: Sendable {
    /// Text outside of braces, trimmed where `{{-` and `-}}` ask for it.
    case text(String)
    /// The words between braces; start and end are offsets of the braces in the text.
    case action([TemplateToken], TextPosition, source: String, start: Int, end: Int)
}
