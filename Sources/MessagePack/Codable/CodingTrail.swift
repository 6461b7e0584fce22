/// Where in a value encoding or decoding is; the path is built only when somebody asks.
final class CodingTrail {
    private let parent: CodingTrail?
    private let key: any CodingKey
    /// How many containers lie above.
    let depth: Int

    private init(parent: CodingTrail?, key: any CodingKey) {
        self.parent = parent
        self.key = key
        self.depth = (parent?.depth ?? 0) + 1
    }

    /// The trail of a value inside the one at `trail`, which is `nil` for the outermost.
    static func below(_ trail: CodingTrail?, _ key: any CodingKey) -> CodingTrail {
        CodingTrail(parent: trail, key: key)
    }

    var keys: [any CodingKey] {
        var keys: [any CodingKey] = []
        var trail: CodingTrail? = self
        while let here = trail {
            keys.append(here.key)
            trail = here.parent
        }
        return keys.reversed()
    }

    /// A path as errors show it: `Configs[0].Port`.
    static func text(_ keys: [any CodingKey]) -> String {
        var text = ""
        for key in keys {
            if let index = (key as? ElementKey)?.index {
                text += "[\(index)]"
            } else if let index = key.intValue, Int(key.stringValue) == nil {
                // How the standard library's own containers name an element: "Index 0".
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return text
    }
}

/// The place of an array's element.
struct ElementKey: CodingKey {
    let index: Int

    init(_ index: Int) { self.index = index }
    init?(intValue: Int) { self.index = intValue }
    init?(stringValue: String) {
        guard let index = Int(stringValue) else { return nil }
        self.index = index
    }

    var intValue: Int? { index }
    var stringValue: String { "\(index)" }
}

/// The key under which a class keeps its superclass.
struct SuperKey: CodingKey {
    init() {}
    init?(intValue: Int) { nil }
    init?(stringValue: String) { nil }

    var intValue: Int? { nil }
    var stringValue: String { "super" }
}
