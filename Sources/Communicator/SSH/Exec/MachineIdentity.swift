internal import Communicator
internal import Deadlines

/// Which boot of a machine, and which start of its SSH server, a connection leads to.
///
/// A container that restarts keeps the boot id of its host, so the start of its first process counts
/// as well; and so does the start of the SSH server that took the connection, where it is a process
/// of its own and not one for this connection alone.
struct MachineIdentity: Sendable, Equatable {
    /// What tells a boot or a server from the next one; empty where the machine shows nothing.
    let marks: [Mark: String]
    /// Whether the machine said that it is going down.
    let isStopping: Bool

    /// What a mark is of.
    enum Mark: String, CaseIterable {
        case boot, first, server
    }

    /// What two looks at a machine show.
    enum Comparison: Equatable {
        /// Another boot, or another SSH server.
        case restarted
        /// The same.
        case same
        /// Nothing that both of them know.
        case unknown
    }

    /// How long the machine may take to tell.
    private static let limit: Duration = .seconds(10)

    /// Prints a line for each mark, and one when the system is stopping.
    static let script = """
        b=; read -r b 2>/dev/null </proc/sys/kernel/random/boot_id
        [ -n "$b" ] || b=$(sysctl -n kern.bootsessionuuid 2>/dev/null)
        [ -n "$b" ] || b=$(sysctl -n kern.boottime 2>/dev/null)
        [ -z "$b" ] || echo "mark boot $b"
        start() {
          read -r l 2>/dev/null <"/proc/$1/stat" || return 1
          set -- ${l##*) }
          q=$2; shift 19; t=$1
        }
        start 1 && echo "mark first $t"
        i=$$; c=; while start "$i" && k=$c && read -r c <"/proc/$i/comm" && [ "$q" -gt 1 ]; do
          i=$q
        done 2>/dev/null
        case $c in
          sshd) case $(tr '\\000' ' ' <"/proc/$i/cmdline") in *'[priv]'* | *@*) c=;; esac;;
          dropbear) [ "$k" = dropbear ] || c=;;
          *) c=;;
        esac
        [ -z "$c" ] || echo "mark server $i $t"
        case $(systemctl is-system-running 2>/dev/null) in stopping) echo stopping;; esac
        [ ! -e /run/nologin ] || echo stopping
        """

    /// Reads what the script printed; other lines are the login shell's own.
    init(parsing output: [UInt8]) {
        let lines = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
        var marks: [Mark: String] = [:]
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard words.count == 3, words[0] == "mark", let mark = Mark(rawValue: words[1])
            else { continue }
            marks[mark] = words[2]
        }
        self.marks = marks
        isStopping = lines.contains("stopping")
    }

    /// Whether a machine that showed `earlier` has restarted since.
    ///
    /// What only one of them shows proves nothing: a server that is gone already is no new one.
    func compared(with earlier: MachineIdentity) -> Comparison {
        let common = Mark.allCases.filter { marks[$0] != nil && earlier.marks[$0] != nil }
        guard !common.isEmpty else { return .unknown }
        return common.contains { marks[$0] != earlier.marks[$0] } ? .restarted : .same
    }

    /// What the machine at the end of a connection shows.
    static func read(_ established: SSHLink.Established) async throws -> MachineIdentity {
        try await withDeadline(
            limit,
            throwing: CommunicatorError(
                .deadlineExceeded,
                operation: "asking for the boot of",
                target: established.connection.target,
                detail: "nothing was said within \(limit)"
            )
        ) {
            let (connection, shell) = (established.connection, established.shell)
            let said = try await connection.output(of: Array(script.utf8), through: shell)
            return MachineIdentity(parsing: said)
        }
    }
}

extension SSHConnection {
    /// How much of the output of a short command is kept.
    private static let shortOutput = 4_096

    /// The last of what a short script of our own prints; how it ends is not looked at.
    ///
    /// It is `sh` that reads it: zsh takes the wrapper of a command, but splits no words.
    func output(of script: [UInt8], through shell: RemoteShell) async throws -> [UInt8] {
        var said: [UInt8] = []
        let text = Array("exec sh -c ".utf8) + ShellWord.quote(bytes: script)
        let channel = try await openChannel(.exec(shell.text(of: text, target: target)))
        do {
            finishWriting(channel)
            while let chunk = try await nextOutput(channel) {
                if case .standardOutput(let bytes) = chunk {
                    said = (said + bytes).suffix(Self.shortOutput)
                }
            }
        } catch {
            await closeChannel(channel)
            throw error
        }
        await closeChannel(channel)
        return said
    }

    /// Whether the connection ends within a time; at once when it is over already.
    nonisolated func ends(within limit: Duration) async -> Bool {
        await succeeds(within: limit) { try await self.waitForEnd() }
    }

    private func waitForEnd() async throws {
        while failure == nil {
            try Task.checkCancellation()
            await withTaskCancellationHandler {
                await withCheckedContinuation { endWaiters.append($0) }
            } onCancel: {
                Task { await self.tellEndWaiters() }
            }
        }
    }

    func tellEndWaiters() {
        let waiting = endWaiters
        endWaiters = []
        for waiter in waiting { waiter.resume() }
    }
}
