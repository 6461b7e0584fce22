internal import Communicator
internal import Deadlines
internal import Processes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A small process with a folder for a plugin, which outlives this one, should that be killed: it ends the
/// plugin's processes then, and removes the folder.
///
/// The kernel kills the plugin itself when this process ends; what the plugin has started, and what
/// lies in the folder, is the watcher's. It is a shell that waits at a pipe: nothing of this process's
/// memory is in it.
package final class PluginWatcher: Sendable {
    /// Makes the folder and says so, then waits for two lines: the plugin's number, and that all is well.
    ///
    /// When the pipe ends before, this process is gone; also when nobody hears that the folder is made.
    /// A process is the plugin's by its group, or by the mark in its environment, which no other
    /// process has. Where no process can be started, as the plugin has taken all that its user may have,
    /// the shell ends at its first try: it kills what it can find by itself, and begins anew.
    private static let script = #"""
        trap '' HUP INT TERM PIPE
        folder=$1 plugin=${2-} tries=${3-0} word= through=
        if test $# -eq 1; then
            umask 077
            mkdir -- "$folder" || exit 1
            echo made
            exec >/dev/null 2>&1
            IFS= read -r plugin
            IFS= read -r word
            test "$word" = done && plugin=
        fi
        again() {
            test -n "$through" && return
            test -n "$plugin" && kill -s KILL -- "-$plugin"
            for at in /proc/[0-9]*; do
                while IFS= read -r line || test -n "$line"; do
                    case $line in *"TMPDIR=$folder"*) kill -s KILL "${at##*/}"; break ;; esac
                done <"$at/environ"
            done
            test "$tries" -lt 50 || return
            exec /bin/sh -c "$WATCHER" packer-swift-watcher "$folder" "$plugin" $((tries + 1))
        }
        trap again EXIT
        marked() {
            # Of threads too: the first of a process may have ended before the others.
            for files in '/proc/[0-9]*/environ' '/proc/[0-9]*/task/[0-9]*/environ'; do
                grep -lzxF "TMPDIR=$folder" $files
            done
            echo end
        }
        signal() {
            test -n "$plugin" && kill -s "$1" -- "-$plugin"
            found=$(marked)
            case $found in *end) ;; *) exit 1 ;; esac
            for file in ${found%end}; do
                file=${file#/proc/}
                kill -s "$1" "${file%%/*}"
            done
            test "$found" != end || { test -n "$plugin" && kill -0 -- "-$plugin"; }
        }
        if test "$word" != done; then
            signal TERM && sleep 0.3
            rounds=0
            while signal KILL && test $rounds -lt 50; do
                rounds=$((rounds + 1))
                sleep 0.05
            done
        fi
        \#(removal)
        """#

    /// Removes the folder, also one in which there are folders that nobody may write; but nothing of
    /// what is mounted in it, which is somebody's.
    private static let removal = #"""
        if grep -qsF "/${folder##*/}" /proc/self/mountinfo; then
            echo "something is mounted there; unmount that, and remove it" >&2
            through=yes
            exit 1
        fi
        if ! rm -rf -- "$folder" 2>/dev/null; then
            find "$folder" -xdev -type d ! -perm -700 -exec chmod u+rwx {} \;
            rm -rf -- "$folder"
        fi
        status=$?
        through=yes
        exit $status
        """#

    /// Looks at places, which may be on a file system that takes its time.
    private static let places = WorkerThread()

    /// How long it may take to be told something.
    private static let wordTime = Duration.seconds(1)
    /// How long the making or the removal of a folder is waited for.
    private static let folderTime = Duration.seconds(10)

    /// What became of the plugin of a folder.
    package enum Plugin: Sendable, Hashable {
        /// There was none.
        case none
        /// Nothing of it is left.
        case gone
        /// Something of it may be left, and is the watcher's to end.
        case left
    }

    /// The folder, mode 0700.
    package let folder: SocketFolder
    private let child: ChildProcess
    private let warn: @Sendable (String) async -> Void

    /// Starts a watcher with a folder, where there is room for one.
    ///
    /// - Parameters:
    ///   - environment: Whose `TMPDIR` and `XDG_RUNTIME_DIR` count.
    ///   - warn: Takes what could not be removed in the end.
    /// - Returns: The watcher, which is to be finished.
    /// - Throws: `SocketFolder.Unavailable`; `ChildProcess.SpawnError` where there is no `/bin/sh`;
    ///   `CancellationError`.
    package static func start(
        environment: [String: String] = ProcessEnvironment.variables,
        warn: @escaping @Sendable (String) async -> Void
    ) async throws -> PluginWatcher {
        var (folders, reasons) = try await places.run { SocketFolder.candidates(environment) }
        for folder in folders {
            let watcher = PluginWatcher(folder, try await .spawn(specification(folder)), warn)
            guard let reason = try await watcher.hasFailed() else {
                return watcher
            }
            reasons.append("\(folder.path): \(reason)")
        }
        throw SocketFolder.Unavailable(reasons)
    }

    private init(
        _ folder: SocketFolder,
        _ child: ChildProcess,
        _ warn: @escaping @Sendable (String) async -> Void
    ) {
        self.folder = folder
        self.child = child
        self.warn = warn
        DescendantProcesses.spare(child.processID)
    }

    private static func specification(_ folder: SocketFolder) -> ProcessSpecification {
        var specification = ProcessSpecification(
            "/bin/sh",
            ["-c", script, "packer-swift-watcher", folder.path],
            environment: ["PATH=/usr/bin:/bin", "WATCHER=\(script)"],
            workingDirectory: "/"
        )
        specification.standardInput = .pipe
        specification.diesWithParent = false
        return specification
    }

    /// Why there is no folder, or `nil` when it was made.
    private func hasFailed() async throws -> String? {
        struct Late: Error {}
        let child = child
        do {
            let said = try await withDeadline(Self.folderTime, throwing: Late()) {
                try await child.standardOutput?.read()
            }
            if said != nil {
                child.standardOutput?.close()
                child.standardError?.close()
                return nil
            }
            let complaint = try await child.standardError?.read() ?? []
            await end()
            let text = String(decoding: complaint.prefix(256), as: UTF8.self)
            return text.isEmpty ? "its watcher ended" : String(text.prefix { $0 != "\n" })
        } catch {
            // It sees the end of its input, and removes what it has made.
            await end()
            guard error is Late else { throw error }
            return "its watcher did not make it in time"
        }
    }

    /// Lets it end, which it does as soon as it has nothing to do.
    private func end() async {
        child.standardInput?.close()
        child.signalGroup(SIGCONT)
        let child = child
        let hasEnded = await Task {
            await succeeds(within: Self.folderTime) { _ = try await child.wait() }
        }.value
        if hasEnded { return DescendantProcesses.spareNoMore(child.processID) }
        // It goes on alone: what is removed half would never be removed whole.
        Task {
            _ = try? await child.wait()
            DescendantProcesses.spareNoMore(child.processID)
        }
    }

    /// Tells it which plugin it is that was started; also for a caller that is cancelled.
    func watch(_ plugin: ChildProcess) async {
        await tell("\(plugin.processID)\n")
    }

    /// Writes to the watcher, whose pipe has room unless a plugin has filled it; one that was killed hears
    /// nothing.
    private func tell(_ words: String) async {
        let child = child
        // A plugin may have stopped it.
        child.signalGroup(SIGCONT)
        _ = await Task {
            await succeeds(within: Self.wordTime) {
                try await child.standardInput?.write(Array(words.utf8))
            }
        }.value
    }

    /// Has it remove the folder, after what is left of the plugin, and end.
    ///
    /// Waits ten seconds for that at most, and is not cut short by cancellation. Where the watcher was
    /// killed, the folder is removed all the same.
    package func finish(_ plugin: Plugin) async {
        let words =
            switch plugin {
            case .none: "\ndone\n"
            case .gone: "done\n"
            case .left: ""
            }
        await tell(words)
        await end()
        switch child.end {
        case .exited(0): break
        case nil: await warn("\(folder.path) is still being removed, by process \(child.processID)")
        default: await remove()
        }
    }

    /// Removes the folder in the watcher's place.
    private func remove() async {
        var specification = ProcessSpecification(
            "/bin/sh",
            ["-c", "folder=$1\n\(Self.removal)", "packer-swift-remover", folder.path],
            environment: ["PATH=/usr/bin:/bin"],
            workingDirectory: "/"
        )
        specification.standardInput = .null
        specification.standardOutput = .null
        specification.diesWithParent = false
        let remover = specification
        struct Late: Error, CustomStringConvertible {
            let description = "it takes longer than \(PluginWatcher.folderTime)"
        }
        let problem = await Task { () -> String? in
            do {
                return try await withDeadline(Self.folderTime, throwing: Late()) {
                    let child = try await ChildProcess.spawn(remover)
                    var complaint: [UInt8] = []
                    while let bytes = try await child.standardError?.read() {
                        complaint += bytes.prefix(512 - complaint.count)
                    }
                    let lines = complaint.split(separator: 0x0A).map { BytePath.display(Array($0)) }
                    return try await child.wait() == .exited(0)
                        ? nil : lines.joined(separator: "; ")
                }
            } catch {
                return "\(error)"
            }
        }.value
        if let problem { await warn("\(folder.path) cannot be removed: \(problem)") }
    }
}
