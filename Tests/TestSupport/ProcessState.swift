import Foundation

/// Whether a process of this machine is there and no zombie.
///
/// - Parameter text: What a script printed that wrote down the process's number.
/// - Returns: `false` also for a process that has ended and was not waited for yet.
/// - Throws: ``NoProcess`` when there is no number in the text.
package func isRunning(_ text: String) throws -> Bool {
    guard let process = Int32(text.filter(\.isNumber)) else { throw NoProcess(text: text) }
    guard kill(process, 0) == 0 else { return false }
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status?.contains(") Z ") != true
}

/// A text in which there is no number of a process.
package struct NoProcess: Error {
    /// The text.
    package let text: String
}
