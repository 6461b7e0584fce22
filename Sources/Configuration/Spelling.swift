/// Guesses what somebody meant who wrote a name that does not exist.
package enum Spelling {
    /// How many names a remedy lists when none is close.
    private static let mostNamesListed = 12

    /// "did you mean" with the closest name, or the names there are when none is close.
    package static func suggestion(for name: String, among names: [String]) -> String {
        if let match = closest(to: name, among: names) { return "did you mean `\(match)`?" }
        guard !names.isEmpty, names.count <= mostNamesListed else { return "" }
        return "there is " + names.map { "`\($0)`" }.joined(separator: ", ")
    }

    /// The name that is fewest edits away, if these are few for its length.
    package static func closest(to name: String, among names: [String]) -> String? {
        let limit = max(1, min(3, name.count / 3))
        return names.map { (name: $0, distance: distance(name.lowercased(), $0.lowercased())) }
            .filter { $0.distance <= limit }
            .min { $0.distance < $1.distance }?.name
    }

    /// Edits between two names: insertions, deletions, replacements and swaps of neighbours
    /// (optimal string alignment).
    static func distance(_ from: String, _ to: String) -> Int {
        let (source, target) = (Array(from.unicodeScalars), Array(to.unicodeScalars))
        // The table needs product-sized time; a name this long is no slip of the pen.
        guard source.count <= 64, target.count <= 64 else { return from == to ? 0 : Int.max }
        var older: [Int] = []
        var previous = Array(0...target.count)
        for i in source.indices {
            var current = [i + 1]
            for j in target.indices {
                let replaced = previous[j] + (source[i] == target[j] ? 0 : 1)
                var best = min(replaced, previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, source[i] == target[j - 1], source[i - 1] == target[j] {
                    best = min(best, older[j - 1] + 1)
                }
                current.append(best)
            }
            (older, previous) = (previous, current)
        }
        return previous[target.count]
    }
}
