import TestSupport

/// What is on a machine that a build might leave there: files where builds put things, and
/// processes that are not the server's own.
struct FarSideState: Sendable {
    /// Paths of `/tmp`, of the homes and the like.
    var paths: Set<String>
    /// Numbers and command lines.
    var processes: Set<String>

    /// Looks, as root and past SSH.
    init(of server: DockerServer) async throws {
        let text = try await server.exec(
            """
            find /tmp /var/tmp /home /root /small /dev/shm /opt -mindepth 1 | LC_ALL=C sort
            echo --
            for directory in /proc/[0-9]*; do
                # Neither the first process, nor this shell and its children, nor zombies, nor sshd.
                process=${directory#/proc/}
                [ "$process" = 1 ] || [ "$process" = $$ ] && continue
                awk '/^Name:/ { name = $2 } /^State:/ { state = $2 } /^PPid:/ { parent = $2 }
                    END { exit name == "" || state == "Z" || parent == '$$' || name ~ /^sshd/ }' \
                    "$directory/status" 2>/dev/null || continue
                printf '%s %s\\n' "$process" \
                    "$(tr '\\0\\n' '  ' <"$directory/cmdline" 2>/dev/null)"
            done
            """
        )
        let parts = text.split(separator: "--\n", maxSplits: 1, omittingEmptySubsequences: false)
        paths = Set((parts.first ?? "").split(separator: "\n").map(String.init))
        processes = Set((parts.dropFirst().first ?? "").split(separator: "\n").map(String.init))
    }

    /// What is there and was not there before.
    func paths(since earlier: FarSideState) -> [String] {
        paths.subtracting(earlier.paths).sorted()
    }

    /// What runs and did not run before.
    func processes(since earlier: FarSideState) -> [String] {
        processes.subtracting(earlier.processes).sorted()
    }
}
