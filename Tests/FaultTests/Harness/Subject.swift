import Foundation

/// The program that the rows are run with.
///
/// `FAULT_SUBJECT` chooses it; the tests are about ours, and `scripts/fault-table` also asks Packer.
enum Subject: String, Sendable {
    case packerSwift = "packer-swift"
    case packer

    static let current: Subject =
        ProcessInfo.processInfo.environment["FAULT_SUBJECT"].flatMap(Subject.init) ?? .packerSwift
}
