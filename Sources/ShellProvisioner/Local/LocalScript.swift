internal import Communicator
internal import Interpolation

/// A script of this machine: one of the user's files, or commands of the template.
struct LocalScript: Sendable, Equatable {
    /// How messages call it: its path, or `inline`.
    var name: String
    var content: Content

    enum Content: Sendable, Equatable {
        /// The file at this path, as the user wrote it.
        case file(String)
        /// This text, in a temporary file whose name has this extension.
        case text([UInt8], extension: String)
    }

    /// Whether its file is one that is made for it.
    var isOurs: Bool { if case .text = content { true } else { false } }

    /// Calls `body` with the absolute path of the script, which for a text is there so long.
    ///
    /// - Returns: What `body` returned; the temporary file is gone then, also when `body` threw or
    ///   the task was cancelled.
    /// - Throws: What `body` throws; `CommunicatorError` when the file cannot be written.
    func withPath<Value: Sendable>(_ body: (BytePath) async throws -> Value) async throws -> Value {
        switch content {
        case .file(let path): try await body(BytePath(Self.absolute(path)))
        case .text(let text, let ending):
            try await withFile(text, at: Self.temporary(ending), body)
        }
    }

    private func withFile<Value: Sendable>(
        _ text: [UInt8],
        at path: BytePath,
        _ body: (BytePath) async throws -> Value
    ) async throws -> Value {
        do {
            // Whole at its path and closed in every child, or starting it could fail.
            let name = String(decoding: path.bytes, as: UTF8.self)
            try await LocalCommunicator().upload(.bytes(text, mode: 0o700), to: name)
            let value = try await body(path)
            await Self.remove(path)
            return value
        } catch {
            await Self.remove(path)
            throw error
        }
    }

    /// A path that nobody can guess, in the folder for temporary files.
    private static func temporary(_ ending: String) -> BytePath {
        let ending = ending.hasPrefix(".") ? String(ending.dropFirst()) : ending
        let name = "packer-shell" + RandomName.hex() + (ending.isEmpty ? "" : "." + ending)
        return LocalDirectory.temporary
            .resolved(from: BytePath(currentDirectory()))
            .appending(Array(name.utf8))
    }

    private static func remove(_ path: BytePath) async {
        _ = try? await FileQueue().run { LocalDirectory.removeFile(path) }
    }

    /// The path seen from the root, without what means nothing in it.
    static func absolute(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : currentDirectory() + "/" + path
        return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
