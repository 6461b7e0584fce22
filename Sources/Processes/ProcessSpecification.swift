/// What child to start, and how.
///
/// All text is bytes, as in the kernel; the initialisers that take strings give their UTF-8.
package struct ProcessSpecification: Sendable {
    /// Where the standard input comes from.
    package enum Input: Sendable {
        /// `/dev/null`: the child reads the end at once.
        case null
        /// ``ChildProcess/standardInput``.
        case pipe
        /// This process's own.
        case inherit
    }

    /// Where an output goes.
    package enum Output: Sendable {
        /// `/dev/null`.
        case null
        /// ``ChildProcess/standardOutput`` or ``ChildProcess/standardError``.
        case pipe
        /// This process's own.
        case inherit
    }

    /// The size of a terminal in characters.
    package struct TerminalSize: Sendable, Equatable {
        /// Lines.
        package var rows: UInt16
        /// Characters a line.
        package var columns: UInt16

        /// A size made of its parts.
        package init(rows: UInt16 = 24, columns: UInt16 = 80) {
            self.rows = rows
            self.columns = columns
        }
    }

    /// What the system holds a child, and what it starts, to.
    ///
    /// `nil` is this process's own limit, and none is ever raised. Linux only.
    package struct Limits: Sendable, Hashable {
        /// How many files each may have open.
        package var openFiles: Int64?
        /// How many processes its user may have, this one's own included; root has no such limit.
        package var processes: Int64?
        /// How many bytes a core dump may have; 0 is none.
        package var coreBytes: Int64?

        /// Limits made of their parts.
        package init(openFiles: Int64? = nil, processes: Int64? = nil, coreBytes: Int64? = nil) {
            self.openFiles = openFiles
            self.processes = processes
            self.coreBytes = coreBytes
        }
    }

    /// A path, when it has a slash; else a name to look for in the child's `PATH`.
    ///
    /// A relative path starts in ``workingDirectory``.
    package var executable: [UInt8]
    /// A file that is executed, whatever is at its path by now; ``executable`` is only the name that the
    /// program gets then.
    ///
    /// Linux only, and for no script: its interpreter could not open it.
    package var file: ExecutableFile?
    /// The arguments after the name.
    package var arguments: [[UInt8]]
    /// The environment as `NAME=value`; `nil` for this process's own.
    package var environment: [[UInt8]]?
    /// Where the child starts; `nil` for where this process is.
    package var workingDirectory: [UInt8]?
    /// Where the standard input comes from.
    package var standardInput: Input = .null
    /// Where the standard output goes.
    package var standardOutput: Output = .pipe
    /// Where the standard error goes.
    package var standardError: Output = .pipe
    /// Whether the kernel kills the child when this process ends in any way.
    ///
    /// Linux only; macOS has nothing like it. Its own children are not killed with it.
    package var diesWithParent = true
    /// Gives the child a pseudo-terminal of this size as its three descriptors and its controlling
    /// terminal; ``ChildProcess/standardInput`` and ``ChildProcess/standardOutput`` are its other
    /// side, and the choices for the three are not looked at.
    package var terminal: TerminalSize?

    /// What the system holds the child to.
    package var limits = Limits()
    /// An entry of ``environment`` that no other child has: whatever process has it too came from this
    /// child, and ``ChildProcess/terminateTree(grace:)`` ends it, even one that made itself a daemon.
    ///
    /// Linux only; a process that throws its environment away is not found by it.
    package var mark: [UInt8]?

    /// A child described by bytes.
    package init(
        executable: [UInt8],
        arguments: [[UInt8]] = [],
        environment: [[UInt8]]? = nil,
        workingDirectory: [UInt8]? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }

    /// A child described by strings.
    package init(
        _ executable: String,
        _ arguments: [String] = [],
        environment: [String]? = nil,
        workingDirectory: String? = nil
    ) {
        self.init(
            executable: Array(executable.utf8),
            arguments: arguments.map { Array($0.utf8) },
            environment: environment?.map { Array($0.utf8) },
            workingDirectory: workingDirectory.map { Array($0.utf8) }
        )
    }
}
