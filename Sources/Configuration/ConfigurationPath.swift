/// Where in a configuration something is: `provisioners[1].inline[0]`.
public struct ConfigurationPath: Sendable, Hashable, CustomStringConvertible {
    /// One step down.
    public enum Step: Sendable, Hashable {
        /// Into a map.
        case key(String)
        /// Into a list.
        case index(Int)
    }

    /// The steps from the root.
    public var steps: [Step]

    /// A path of these steps; empty is the root.
    public init(_ steps: [Step] = []) {
        self.steps = steps
    }

    /// The path one key further down.
    public func key(_ name: String) -> ConfigurationPath {
        ConfigurationPath(steps + [.key(name)])
    }

    /// The path one list element further down.
    public func index(_ number: Int) -> ConfigurationPath {
        ConfigurationPath(steps + [.index(number)])
    }

    /// This path seen from further up.
    public func under(_ prefix: ConfigurationPath) -> ConfigurationPath {
        ConfigurationPath(prefix.steps + steps)
    }

    /// The path as people write it.
    public var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .key(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let number): text += "[\(number)]"
            }
        }
        return text
    }
}
