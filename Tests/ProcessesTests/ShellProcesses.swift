import Processes

/// A shell command with pipes for its three streams.
func shell(_ text: String) -> ProcessSpecification {
    var specification = ProcessSpecification("/bin/sh", ["-c", text])
    specification.standardInput = .pipe
    return specification
}

extension PipeReader {
    /// All bytes up to the end, as text.
    func text() async throws -> String {
        var bytes: [UInt8] = []
        while let more = try await read() { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The standard output of a program that is expected to succeed.
func output(of specification: ProcessSpecification) async throws -> String {
    let child = try await ChildProcess.spawn(specification)
    let text = try await child.standardOutput?.text() ?? ""
    guard try await child.wait() == .exited(0) else { throw UnexpectedEnd() }
    return text
}

struct UnexpectedEnd: Error {}
