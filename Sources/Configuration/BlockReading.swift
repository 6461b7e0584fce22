/// One pass over a block's map: what is there, and what is wrong with it so far.
final class BlockReading {
    private let map: [String: ConfigurationValue]
    private let rendering: FieldRendering
    private let keysByFoldedName: [String: [String]]
    /// Everything found so far, in the order of the block's fields.
    var problems: [ConfigurationProblem] = []

    init(map: [String: ConfigurationValue], rendering: FieldRendering) {
        self.map = map
        self.rendering = rendering
        keysByFoldedName = Dictionary(grouping: map.keys.sorted()) { $0.lowercased() }
    }

    /// Finds a field's value and has it taken; problems are kept, not thrown.
    ///
    /// `take` parses and stores the value; it gets the value, the rendering and the key. `missing`
    /// says whether the field is without a value when the template gives none.
    func read(
        _ declaration: FieldDeclaration,
        of name: String,
        type: FieldType,
        take: (ConfigurationValue, FieldRendering, String) throws -> Void,
        missing: () -> Bool
    ) {
        let key = declaration.key(for: name)
        let given = ([key] + declaration.aliases).compactMap(spelling).filter {
            !type.isUnset(map[$0] ?? .null)
        }
        guard let used = given.first, let raw = map[used] else {
            if missing() {
                report(declaration.missing ?? "`\(key)` must be specified", at: key)
            }
            return
        }
        guard given.count == 1 else {
            let names = given.map { "`\($0)`" }.joined(separator: " and ")
            report("\(names) are one option under two names", at: used, remedy: "keep `\(key)`")
            return
        }
        let path = ConfigurationPath([.key(used)])
        do {
            try take(raw, declaration.isInterpolated ? rendering : .none, used)
        } catch {
            problems += ConfigurationErrors(wrapping: error, under: path).problems
        }
    }

    /// Adds a problem for each key that is no option; in the order of their names, as Packer does.
    func refuseUnknownKeys(passingOver: (String) -> Bool, known: [FieldSpecification]) {
        let names = known.map(\.name)
        let understood = Set((names + known.flatMap(\.aliases)).compactMap(spelling))
        for key in map.keys.sorted() where !understood.contains(key) && !passingOver(key) {
            report(
                "unknown configuration key: '\(key.goQuoted)'",
                at: key,
                remedy: Spelling.suggestion(for: key, among: names)
            )
        }
    }

    /// The key under which a name stands in the map: Packer (mapstructure) minds the case of letters
    /// only where two keys differ in nothing else.
    private func spelling(of name: String) -> String? {
        if map[name] != nil { return name }
        return keysByFoldedName[name.lowercased()]?.first
    }

    private func report(_ message: String, at key: String, remedy: String = "") {
        problems.append(
            ConfigurationProblem(message, at: ConfigurationPath([.key(key)]), remedy: remedy)
        )
    }
}
