internal import Deadlines
internal import Processes

/// A small process that outlives this one, should that be killed: it ends the plugin's processes then,
/// and removes the plugin's folder.
///
/// The kernel kills the plugin itself when this process ends; what the plugin has started, and what
/// lies in the folder, is the watcher's. It is a shell that waits at a pipe: nothing of this process's
/// memory is in it.
package final class PluginWatcher: Sendable {
    /// Waits for two lines: the plugin's number, and that all is well.
    ///
    /// When the pipe ends before, this process is gone.
    /// A process is the plugin's by its group, or by the mark in its environment, which no other
    /// process has.
    private static let script = #"""
        trap '' HUP INT TERM
        folder=$1 plugin= word=
        IFS= read -r plugin
        IFS= read -r word
        marked() {
            grep -lzxF "TMPDIR=$folder" /proc/[0-9]*/environ 2>/dev/null |
                sed -n 's,^/proc/\([0-9]*\)/environ$,\1,p'
        }
        signal() {
            test -n "$plugin" && kill -s "$1" -- "-$plugin" 2>/dev/null
            numbers=$(marked)
            test -n "$numbers" && kill -s "$1" $numbers 2>/dev/null
            test -n "$numbers" || { test -n "$plugin" && kill -0 -- "-$plugin" 2>/dev/null; }
        }
        if test "$word" != done; then
            signal TERM && sleep 0.3
            tries=0
            while signal KILL && test $tries -lt 50; do
                tries=$((tries + 1))
                sleep 0.05
            done
        fi
        rm -rf -- "$folder"
        """#

    /// How long the removal of a folder may take.
    private static let endTime = Duration.seconds(10)

    private let child: ChildProcess

    /// Starts a watcher over a folder.
    ///
    /// - Throws: `ChildProcess.SpawnError` where there is no `/bin/sh`.
    package init(over folder: SocketFolder) async throws {
        var specification = ProcessSpecification(
            "/bin/sh",
            ["-c", Self.script, "packer-swift-watcher", folder.path],
            environment: ["PATH=/usr/bin:/bin"],
            workingDirectory: "/"
        )
        specification.standardInput = .pipe
        specification.standardOutput = .null
        specification.standardError = .null
        specification.diesWithParent = false
        child = try await .spawn(specification)
        DescendantProcesses.spare(child.processID)
    }

    /// Tells it which plugin it is that was started.
    func watch(_ plugin: ChildProcess) async throws {
        try await child.standardInput?.write(Array("\(plugin.processID)\n".utf8))
    }

    /// Has it remove the folder, now that nothing of the plugin is left, and end.
    ///
    /// - Returns: Whether it did, in time.
    @discardableResult
    func finish(pluginWasWatched: Bool) async -> Bool {
        let words = pluginWasWatched ? "done\n" : "\ndone\n"
        let child = child
        let isDone = await Task {
            await succeeds(within: Self.endTime) {
                try await child.standardInput?.write(Array(words.utf8))
                child.standardInput?.close()
                _ = try await child.wait()
            }
        }.value
        if !isDone { await child.terminateTree(grace: .zero) }
        DescendantProcesses.spareNoMore(child.processID)
        return isDone
    }
}
