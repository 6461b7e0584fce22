import Configuration
import Interpolation

/// `min_packer_version` of a template.
enum VersionRequirement {
    /// What is wrong with a template that wants this version, or `nil`.
    static func problem(
        with wanted: String,
        running: String = PackerVersion.compatible
    ) -> ConfigurationProblem? {
        guard let minimum = numbers(wanted), let own = numbers(running) else {
            return ConfigurationProblem(
                "Malformed version: \(wanted)",
                remedy: "write it like \"1.6.0\""
            )
        }
        guard own.lexicographicallyPrecedes(minimum) else { return nil }
        return ConfigurationProblem(
            "This template requires Packer version \(wanted) or higher; using \(running)",
            remedy: "lower min_packer_version if the template needs nothing newer"
        )
    }

    /// Up to three numbers, with or without a leading `v`; a pre-release counts as its release.
    private static func numbers(_ version: String) -> [Int]? {
        let core = version.drop { $0 == "v" }.prefix { $0 != "-" && $0 != "+" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.allSatisfy(\.isASCII) && part.first != "+" && part.first != "-" ? Int(part) : nil
        }
        guard numbers.count == parts.count, (1...3).contains(numbers.count) else { return nil }
        return numbers + Array(repeating: 0, count: 3 - numbers.count)
    }
}
