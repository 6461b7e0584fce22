/// How files are moved over SSH.
public enum SSHFileTransferMethod: String, Sendable, CaseIterable {
    /// SFTP; where the server has none SCP, and where there is no `scp` either the streams of
    /// commands. Found out at the first transfer of each connection.
    case auto
    /// SFTP, or an error.
    case sftp
    /// The machine's `scp`, or an error; needs a POSIX shell there.
    case scp
    /// The streams of commands such as `cat`; needs a POSIX shell there.
    case exec
}
