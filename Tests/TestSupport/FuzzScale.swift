import Foundation

/// How much random tests do: a little in each run, all of it in `make fuzz`.
package enum FuzzScale {
    /// Whether `PACKER_SWIFT_FUZZ` is `full`.
    package static let isFull = ProcessInfo.processInfo.environment["PACKER_SWIFT_FUZZ"] == "full"

    /// How often a property is tried.
    package static func rounds(_ usual: Int, full: Int) -> Int { isFull ? full : usual }
}
