/// The shell text that ends a command's whole process tree on the far side.
///
/// sshd gives every command a session of its own, led by the shell whose id the wrapper told. The
/// tree is that session with all descendants of its members (they may have begun sessions of their
/// own). Linux tells both in `/proc/PID/stat`; elsewhere the process group has to do.
///
/// What a command runs through `sudo` or `doas` belongs to another user. Where one of them is in
/// the tree, what may not be signalled is signalled through it, if it asks for no password.
enum ProcessTreeEnd {
    /// The leader is not where it was looked for.
    struct NotFound: Error {}

    /// What says so on standard output and ends nothing, unless the leader told the token.
    static func condition(leader: Int, token: String) -> String {
        let answer = notFound(token)
        return "grep -q \(token) /proc/\(leader)/cmdline || { echo '\(answer)'; exit 1; }\n"
    }

    /// What is said where the leader is not.
    static func notFound(_ token: String) -> String { "no \(token) here" }

    /// TERM to the tree, up to `grace` seconds for it to end, then KILL to what is left.
    ///
    /// Nothing happens where the leader's number belongs to a process that never told the token.
    static func script(leader: Int, token: String, grace: Int) -> String {
        """
        p=\(leader)
        if [ -r /proc/$p/cmdline ] && [ -n "$(tr -d '\\000' </proc/$p/cmdline)" ]; then
          grep -q \(token) /proc/$p/cmdline || exit 0
        fi

        """ + ending(grace: grace)
    }

    /// The same for the leader `$1`, whose tree this runs in, once standard input ends: for a shell
    /// of its own whose input is the connection's.
    ///
    /// Has no single quote, so that it can stand between two.
    static func watcher(grace: Int) -> String {
        """
        while read -r l; do :; done
        trap "" TERM HUP PIPE
        p=$1

        """ + ending(grace: grace)
    }

    /// Ends the tree of the process `$p`, but for the shell that does it.
    private static func ending(grace: Int) -> String {
        """
        e=
        tree() {
          t=" $p "; n=0
          while [ "$n" != "$t" ]; do n=$t
            for f in /proc/[0-9]*/stat; do
              read -r l 2>/dev/null <"$f" || continue
              i=${l%% *}; c=$l; set -- ${l##*) }
              case $t in *" $i "*) continue;; esac
              case $1 in Z) continue;; esac
              if [ "$4" = "$p" ]; then t="$t$i "
              else case $t in *" $2 "*) t="$t$i ";; *) continue;; esac; fi
              case $c in *"(sudo)"*) e=sudo;; *"(doas)"*) e=doas;; esac
            done
          done
          living $t
        }
        living() {
          a=
          for i in "$@"; do
            [ "$i" != $$ ] && read -r l 2>/dev/null <"/proc/$i/stat" || continue
            set -- ${l##*) }
            case $1 in Z) ;; *) a="$a $i";; esac
          done
        }
        signal() {
          s=$1; d=; shift
          for i in "$@"; do kill "-$s" "$i" || d="$d $i"; done
          [ -n "$d" ] && [ -n "$e" ] || return 0
          living $d
          [ -z "$a" ] || "$e" -n kill "-$s" $a </dev/null >/dev/null
        } 2>/dev/null
        if [ -r /proc/self/stat ]; then
          tree; b=$a
          signal TERM $b
          c=0
          while [ "$c" -lt \(grace * 10) ]; do
            living $b
            [ -n "$a" ] || break
            sleep 0.1 2>/dev/null || { sleep 1; c=$((c + 9)); }
            c=$((c + 1))
          done
          living $b; k=$a; tree; k="$k $a"; signal KILL $k
        else
          kill -TERM -- "-$p" 2>/dev/null && { sleep \(grace); kill -KILL -- "-$p" 2>/dev/null; }
        fi
        exit 0
        """
    }
}
