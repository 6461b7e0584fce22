internal import Communicator

/// A folder of our own on the machine, for one script and its environment.
///
/// Its name holds 128 random bits and `mkdir` refuses a name that is taken, so nobody can have put
/// anything there before.
struct RemoteFolder: Sendable, Equatable {
    /// Its own name, which nothing else on the machine bears by chance.
    let name: String
    /// Where it is, as a path that no command takes for an option.
    let path: String
    /// The permission bits it is made with.
    let mode: Mode

    enum Mode: String, Sendable {
        /// Nobody else sees what is in it.
        case `private` = "700"
        /// Others may run what they know the name of: for scripts that `sudo -u` starts.
        case passable = "711"
    }

    init(in parent: String, mode: Mode, name: String = RandomName.hex()) {
        self.name = "packer-shell-" + name
        path = RemotePath.joined(parent, self.name)
        self.mode = mode
    }

    /// The script in it.
    var script: String { path + "/script.sh" }

    /// The environment file in it.
    var environmentFile: String { path + "/environment.sh" }

    /// What ends a script that was started from it, for whoever the script runs as.
    var end: String { path + "/end.sh" }

    /// Makes it, and fails when the name is taken.
    var makeCommand: String { "mkdir -m \(mode.rawValue) -- \(ShellWord.quote(path))" }
}

/// Paths on the far side, as text.
enum RemotePath {
    /// A file in a folder.
    static func joined(_ folder: String, _ name: String) -> String {
        var folder = folder[...]
        while folder.utf8.count > 1 && folder.utf8.last == UInt8(ascii: "/") {
            folder.removeLast()
        }
        return neverAnOption(folder == "/" ? "/" + name : "\(folder)/\(name)")
    }

    /// The same path, written so that a command does not take it for an option.
    static func neverAnOption(_ path: String) -> String {
        path.hasPrefix("-") ? "./" + path : path
    }

    /// The path as a word of a shell command; quoted only where it has to be.
    static func word(_ path: String) -> String {
        ShellQuoting.isPlain(path.utf8) ? path : ShellWord.quote(path)
    }
}
