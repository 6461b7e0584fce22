internal import Communicator
internal import Processes

/// A process that outlives this one to end a script: Packer ends its plugins by KILL.
///
/// It waits for a word on its standard input. Where the input ends without one, this process is
/// gone: then it ends the script's session and all descendants, and removes the temporary file.
/// Finding them needs Linux's `/proc`; elsewhere only the file goes.
actor LocalScriptGuard {
    private var child: ChildProcess?

    /// Watches over the processes of a session.
    ///
    /// - Parameters:
    ///   - session: The number of the script's first process, which leads its session.
    ///   - file: What is to be removed after their end; `nil` for nothing.
    /// - Throws: What keeps a process from being started.
    func begin(session: Int32, removing file: BytePath?) async throws {
        let ending = ProcessEndScript(mark: "session-\(session)", session: session)
        let removal = file.map { "rm -f -- \(ShellWord.quote(Self.text($0)))" } ?? ":"
        // By a trap, for the script ends with `exit`, and takes no other process with its text.
        let script = "read -r word && exit\ntrap \(ShellWord.quote(removal)) EXIT\n\(ending.text)"
        var specification = ProcessSpecification("/bin/sh", ["-c", script])
        specification.standardInput = .pipe
        specification.standardOutput = .null
        specification.standardError = .null
        specification.diesWithParent = false
        child = try await ChildProcess.spawn(specification)
    }

    /// Lets it go: nothing is left to end.
    func finish() async {
        guard let child else { return }
        self.child = nil
        await Task {
            try? await child.standardInput?.write(Array("done\n".utf8))
            child.standardInput?.close()
            _ = try? await child.wait()
        }.value
    }

    private static func text(_ path: BytePath) -> String {
        String(decoding: path.bytes, as: UTF8.self)
    }
}
