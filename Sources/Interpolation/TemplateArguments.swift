import Configuration

/// The arguments of a call, and the functions that need nothing else.
struct TemplateArguments {
    private let function: TemplateFunction
    private let values: [ConfigurationValue]

    init(_ function: TemplateFunction, _ values: [ConfigurationValue]) {
        self.function = function
        self.values = values
    }

    var count: Int { values.count }

    /// The argument as text; anything else is an error, as in Go.
    func text(_ index: Int) throws -> String {
        guard case .string(let text) = values[index] else { throw mismatch(index, "a text") }
        return text
    }

    private func integer(_ index: Int) throws -> Int {
        guard case .integer(let number) = values[index] else {
            throw mismatch(index, "a whole number")
        }
        return Int(number)
    }

    private func mismatch(_ index: Int, _ wanted: String) -> InterpolationError {
        InterpolationError(
            "argument \(index + 1) of \(function.rawValue) must be \(wanted), got "
                + values[index].kind
        )
    }

    /// Whether the first argument equals one of the others; kinds must agree.
    func isFirstEqualToAny() throws -> Bool {
        var isEqual = false
        for value in values.dropFirst() {
            guard value.kind == values[0].kind else {
                throw InterpolationError(
                    "incompatible types for comparison: \(values[0].kind) and \(value.kind)",
                    remedy: "compare texts with texts and numbers with numbers"
                )
            }
            isEqual = isEqual || value == values[0]
        }
        return isEqual
    }

    /// What the functions make that change a text.
    func changedText() throws -> String {
        switch function {
        case .lower: try GoText.mapped(text(0)) { $0.lowercaseMapping }
        case .upper: try GoText.mapped(text(0)) { $0.uppercaseMapping }
        case .replace: try GoText.replacing(text(0), with: text(1), times: integer(2), in: text(3))
        case .replaceAll: try GoText.replacing(text(0), with: text(1), times: -1, in: text(2))
        case .split: try split()
        default: preconditionFailure("\(function.rawValue) does not change a text")
        }
    }

    private func split() throws -> String {
        let (text, separator, index) = (try text(0), try self.text(1), try integer(2))
        let parts = GoText.split(text, by: separator)
        guard parts.indices.contains(index) else {
            throw InterpolationError(
                "the substring \(index) was unavailable using the separator value, \(separator), "
                    + "only \(parts.count) values were found",
                remedy: "count from 0"
            )
        }
        return parts[index]
    }
}

/// What Go's package `strings` does, Unicode scalar by scalar.
enum GoText {
    /// Go maps each character to one character: what has no such mapping stays.
    static func mapped(
        _ text: String,
        _ mapping: (Unicode.Scalar.Properties) -> String
    ) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let mapped = mapping(scalar.properties).unicodeScalars
            result.append(mapped.count == 1 ? mapped.first ?? scalar : scalar)
        }
        return String(result)
    }

    /// `strings.Split`: an empty separator parts the characters.
    static func split(_ text: String, by separator: String) -> [String] {
        guard !separator.isEmpty else { return text.unicodeScalars.map { String($0) } }
        var parts: [String] = []
        var rest = Array(text.utf8)[...]
        let mark = Array(separator.utf8)
        var part: [UInt8] = []
        while !rest.isEmpty {
            if rest.starts(with: mark) {
                parts.append(String(decoding: part, as: UTF8.self))
                part = []
                rest = rest.dropFirst(mark.count)
            } else if let byte = rest.popFirst() {
                part.append(byte)
            }
        }
        return parts + [String(decoding: part, as: UTF8.self)]
    }

    /// `strings.Replace`: at most `times` replacements, all when negative; an empty `old` is found
    /// before each character and at the end.
    static func replacing(
        _ old: String,
        with new: String,
        times: Int,
        in text: String
    ) -> String {
        var left = times < 0 ? Int.max : times
        guard old.isEmpty else {
            let parts = split(text, by: old)
            return parts.dropFirst().reduce(into: parts[0]) { result, part in
                result += (left > 0 ? new : old) + part
                left = max(0, left - 1)
            }
        }
        var result = ""
        for character in text.unicodeScalars {
            if left > 0 { result += new }
            left = max(0, left - 1)
            result.unicodeScalars.append(character)
        }
        return left > 0 ? result + new : result
    }
}

extension ConfigurationValue {
    /// The value as Go's template prints it; `nil` for what is no single value.
    var templateText: String? {
        switch self {
        case .null, .list, .map: nil
        case .bool(let truth): String(truth)
        case .integer(let number): String(number)
        case .number(let number): decimalText(number)
        case .string(let text): text
        }
    }
}
