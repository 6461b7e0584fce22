public import Configuration

/// A place in a text file.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
    /// Line, from 1.
    public var line: Int
    /// Column in characters (Unicode scalars), from 1.
    public var column: Int

    /// A place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// `12:5`.
    public var description: String { "\(line):\(column)" }
}

/// Where in its file each value of a document stands.
public struct SourceMap: Sendable {
    /// The file, as the user named it.
    public let file: String
    private let bytes: [UInt8]
    private var offsets: [ConfigurationPath: Int] = [:]

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    mutating func note(_ path: ConfigurationPath, at offset: Int) {
        offsets[path] = offset
    }

    /// Whether the document has something at this very path.
    public func contains(_ path: ConfigurationPath) -> Bool { offsets[path] != nil }

    /// Where the key or the list element at a path starts, or that of the closest path above that
    /// is in the document, as for an option that is missing; `nil` for the document as a whole.
    public func position(of path: ConfigurationPath) -> SourcePosition? {
        var path = path
        while !path.steps.isEmpty {
            if let offset = offsets[path] { return position(at: offset) }
            path.steps.removeLast()
        }
        return nil
    }

    /// A problem with its place in the file.
    public func locate(_ problem: ConfigurationProblem) -> TemplateProblem {
        TemplateProblem(file: file, position: position(of: problem.path), problem: problem)
    }

    /// Problems with their places in the file.
    ///
    /// - Parameters:
    ///   - errors: Problems with paths relative to `path`.
    ///   - path: Where in the document they were found.
    /// - Returns: The same problems, to be shown to the user.
    public func locate(
        _ errors: ConfigurationErrors,
        under path: ConfigurationPath = .init()
    ) -> TemplateErrors {
        TemplateErrors(
            errors.problems.map { problem in
                var problem = problem
                problem.path = problem.path.under(path)
                return locate(problem)
            }
        )
    }

    func order(_ one: ConfigurationPath, before other: ConfigurationPath) -> Bool {
        offsets[one] ?? .max < offsets[other] ?? .max
    }

    func position(at offset: Int) -> SourcePosition {
        let before = bytes.prefix(offset)
        let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // Bytes 10xxxxxx go on with a character of UTF-8, all others start one.
        let column = before[start...].reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        return SourcePosition(line: line, column: column)
    }
}
