import Foundation
import Synchronization

/// What a row showed: a line of JSON in the file that `FAULT_TABLE` names.
struct RowRecord: Codable, Sendable {
    /// The row's number.
    var row: Int
    /// Whose behaviour it is.
    var subject: String
    /// What happens to the connection.
    var fault: String
    /// What we promise then.
    var promise: String
    /// From the fault to the end; `nil` when there is nothing to measure.
    var milliseconds: Int?
    /// From the fault to the warning that the connection was lost, where there was one.
    var toldMilliseconds: Int?
    /// What was seen.
    var result: String
    /// Which promises were not kept.
    var misses: [String]

    private static let turn = Mutex(())

    /// Adds the line, where a file is named.
    func write() throws {
        guard let path = ProcessInfo.processInfo.environment["FAULT_TABLE"] else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = try encoder.encode(self) + Data("\n".utf8)
        try Self.turn.withLock { _ in
            let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try handle.write(contentsOf: line)
        }
    }
}
