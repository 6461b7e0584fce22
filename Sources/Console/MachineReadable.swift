import Components

/// Packer's machine-readable form: `unix_seconds,target,type,data...`, one event a line.
public enum MachineReadable {
    /// One event, without its newline.
    ///
    /// A comma in the data becomes `%!(PACKER_COMMA)`, a newline `\n`, a carriage return `\r`.
    /// `seconds` are counted from 1970, UTC; `target` is the build, or empty for what concerns no
    /// build or all.
    public static func event(
        at seconds: Int64,
        target: String,
        type: String,
        data: [String]
    ) -> String {
        let fields = [target, type] + data
        return ([String(seconds)] + fields.map(escape)).joined(separator: ",")
    }

    private static func escape(_ field: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in field.unicodeScalars {
            switch scalar {
            case ",": result.append(contentsOf: "%!(PACKER_COMMA)".unicodeScalars)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\r": result.append(contentsOf: "\\r".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return TerminalText.harmless(String(result), keepsColor: false)
    }
}
