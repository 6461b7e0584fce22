internal import Communicator
internal import Configuration

/// The options `script` and `scripts`, which name scripts of this machine.
struct ScriptOptions {
    var script: String
    var scripts: [String]

    /// The scripts, in order.
    var paths: [String] { script.isEmpty ? scripts : [script] }

    /// What is wrong with each of the scripts.
    func check() -> [ConfigurationProblem] {
        let root = ConfigurationPath()
        let places =
            script.isEmpty
            ? scripts.enumerated().map { ($1, root.key("scripts").index($0)) }
            : [(script, root.key("script"))]
        return places.compactMap { path, place in
            Self.fault(ofScript: path).map {
                ConfigurationProblem("Bad script '\(path)': \($0)", at: place)
            }
        }
    }

    private static func fault(ofScript path: String) -> String? {
        do {
            let kind = try FileStatus.of(BytePath(path)).kind
            return kind == .regular ? nil : "it is \(kind.name), not a regular file"
        } catch {
            return "stat \(path): \(error)"
        }
    }
}
