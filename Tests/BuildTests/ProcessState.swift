import Foundation
import Testing

/// Whether the process whose number a script wrote down is there and no zombie.
func isRunning(_ line: String) throws -> Bool {
    let number = try #require(pid_t(line.filter(\.isNumber)), "\(line) is no process id")
    let status = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
    return kill(number, 0) == 0 && status?.contains(") Z ") != true
}
