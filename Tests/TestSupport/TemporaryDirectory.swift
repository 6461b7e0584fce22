import Foundation

/// A directory of a test's own, removed with everything in it when the test lets go of it.
public final class TemporaryDirectory: Sendable {
    /// The directory's path, without a trailing slash.
    public let path: String

    /// Makes a directory below `parent`.
    public init(in parent: String = "/tmp") throws {
        let base = parent.hasSuffix("/") ? String(parent.dropLast()) : parent
        self.path = "\(base)/packer-swift-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of an entry of the directory.
    public subscript(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and gives its path.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String, mode: Int? = nil) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: self[name]))
        if let mode {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode],
                ofItemAtPath: self[name]
            )
        }
        return self[name]
    }

    /// The bytes of a file.
    public func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: self[name])))
    }

    /// Makes a FIFO and gives its path.
    @discardableResult
    public func makeFIFO(_ name: String) throws -> String {
        let result = unsafe mkfifo(self[name], 0o600)
        guard result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        return self[name]
    }

    /// The names in the directory, in order.
    public func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}
