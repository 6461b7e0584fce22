internal import Communicator

/// Everything about a run that is the same for each script of a provisioner.
struct ScriptPlan: Sendable {
    /// Where our folders are made.
    var remoteFolder: String
    /// The script's path when the user named one.
    var literalPath: String?
    /// Permission bits of the script.
    var scriptMode: UInt32
    var folderMode: RemoteFolder.Mode
    /// The content of the environment file, when the command reads one.
    var environmentFile: [UInt8]?
    /// Whether the environment holds more than what Packer itself says of the build.
    var hasUserVariables: Bool
    var skipsCleaning: Bool
    var exitPolicy: ExitPolicy
    var retry: StartRetry
    /// How long the output of a script that has ended may stay open and quiet.
    var outputGrace: Duration
    /// The shell text that runs the script, up to paths and variables.
    var command: MarkedCommand
    /// Whether that is the user's own text, which may make another user of the one that logs in.
    var isCommandOfUser: Bool
    /// What stands for `{{.Vars}}` in it.
    var variables: [UInt8]

    /// Whether anything of ours lies on the machine beside the user's own path.
    var needsFolder: Bool { literalPath == nil || environmentFile != nil }

    /// What the end of the connection means for the script.
    var disconnect: RemoteCmd.Disconnect {
        exitPolicy.acceptsDisconnect ? .expected(returnWithin: retry.budget) : .unexpected
    }
}

/// A script to run: a local file, or commands of the template.
struct Script: Sendable, Equatable {
    /// How messages call it: its path, or `inline`.
    var name: String
    var content: Content

    enum Content: Sendable, Equatable {
        /// The file at this path; its line endings are turned into LF unless it is binary.
        case file(String, isBinary: Bool)
        /// This text.
        case text([UInt8])
    }

    /// What to upload; a new source each time, so that an upload can be tried again.
    func source(mode: UInt32) -> UploadSource {
        switch content {
        case .file(let path, isBinary: true): .file(path, mode: mode)
        case .file(let path, isBinary: false):
            UploadSource(.stream(ScriptFile(path: path)), mode: mode)
        case .text(let bytes): .bytes(bytes, mode: mode)
        }
    }
}
