/// The shell text that ends a command's whole process tree on the far side.
///
/// sshd gives every command a session of its own, led by the shell whose id the wrapper told. The
/// tree is that session with all descendants of its members (they may have begun sessions of their
/// own). Linux tells both in `/proc/PID/stat`; elsewhere the process group has to do.
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
    static func script(leader: Int, grace: Int) -> String {
        """
        p=\(leader)
        tree() {
          t=" $p "; n=0
          while [ "$n" != "$t" ]; do n=$t
            for f in /proc/[0-9]*/stat; do
              read -r l 2>/dev/null <"$f" || continue
              i=${l%% *}; set -- ${l##*) }
              case $t in *" $i "*) continue;; esac
              case $1 in Z) continue;; esac
              if [ "$4" = "$p" ]; then t="$t$i "
              else case $t in *" $2 "*) t="$t$i ";; esac; fi
            done
          done
          a=
          for i in $t; do
            read -r l 2>/dev/null <"/proc/$i/stat" || continue
            set -- ${l##*) }
            case $1 in Z) ;; *) a="$a $i";; esac
          done
        }
        if [ -r /proc/self/stat ]; then
          tree; b=$a
          [ -z "$b" ] || kill -TERM $b 2>/dev/null
          c=0
          while [ "$c" -lt \(grace * 10) ]; do
            a=; for i in $b; do
              read -r l 2>/dev/null <"/proc/$i/stat" || continue
              set -- ${l##*) }
              case $1 in Z) ;; *) a="$a $i";; esac
            done
            [ -n "$a" ] || break
            sleep 0.1 2>/dev/null || { sleep 1; c=$((c + 9)); }
            c=$((c + 1))
          done
          k=$a; tree; [ -z "$k$a" ] || kill -KILL $k $a 2>/dev/null
        else
          kill -TERM -- "-$p" 2>/dev/null && { sleep \(grace); kill -KILL -- "-$p" 2>/dev/null; }
        fi
        exit 0
        """
    }
}
