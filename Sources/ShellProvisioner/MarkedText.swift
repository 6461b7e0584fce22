/// Texts that hold marks in place of values, because values are bytes and templates are text.
enum MarkedText {
    /// A word that stands for a value; not to be guessed, so that no data can bring it in.
    static func mark(_ name: String) -> String {
        "\(name)_\(String(UInt64.random(in: .min ... .max), radix: 36))"
    }

    /// The text with its values.
    static func filled(_ text: String, _ values: [(mark: String, value: [UInt8])]) -> [UInt8] {
        filled(text, values.map { value in (value.mark, { _ in value.value }) })
    }

    /// The text with its values, which may differ from place to place.
    ///
    /// - Parameters:
    ///   - text: What holds the marks.
    ///   - values: For each mark the value of its first place (0), its second and so on.
    /// - Returns: The filled text.
    static func filled(
        _ text: String,
        _ values: [(mark: String, value: (_ place: Int) -> [UInt8])]
    ) -> [UInt8] {
        let marks = values.map { Array($0.mark.utf8) }
        var places = values.map { _ in 0 }
        var rest = Array(text.utf8)[...]
        var bytes: [UInt8] = []
        while let byte = rest.first {
            if let number = marks.firstIndex(where: rest.starts(with:)) {
                bytes += values[number].value(places[number])
                places[number] += 1
                rest = rest.dropFirst(marks[number].count)
            } else {
                bytes.append(byte)
                rest = rest.dropFirst()
            }
        }
        return bytes
    }
}
