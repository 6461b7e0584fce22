/// A script for any POSIX shell that ends what is left of another script, and says what remains.
///
/// A process is the other script's when its command line holds a mark that nothing else has, in a
/// session that was begun for it: one whose leader holds the mark too, or is gone. (Somebody who
/// looks at the script in an editor has a session of his own.) So is one whose environment tells
/// that `sudo` started it for the script. These processes, their descendants
/// and the members of their sessions get TERM, a grace, and KILL; those that may not be signalled
/// are only reported. Needs Linux's `/proc`; where it is hidden that is reported.
struct ProcessEndScript: Sendable {
    /// What the command lines hold: of characters that mean nothing to a shell.
    let mark: String
    /// Whether they are ended; otherwise they are only found.
    var ends = true
    /// A session whose members are the script's, whatever their command lines hold.
    var session: Int32?

    /// Tenths of a second between TERM and KILL.
    private static let grace = 15

    /// What was left when the script ended.
    struct Remainder: Sendable, Equatable {
        /// The processes that still ran.
        var processes: [Int] = []
        /// Whether there may be more, which the user that asked cannot see.
        var mayBeMore = false

        /// Whether it is certain that nothing runs any more.
        var isNothing: Bool { processes.isEmpty && !mayBeMore }
    }

    /// The script.
    var text: String {
        """
        #!/bin/sh
        \(search)
        seek
        \(ends ? ending : "")
        echo "$m left$h$t"
        exit 0

        """
    }

    /// What the script reported in its output; `nil` when it did not come to that.
    func remainder(in output: [UInt8]) -> Remainder? {
        let report = "\(mark) left"
        let lines = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let line = lines.last(where: { $0.hasPrefix(report) }) else { return nil }
        let words = line.dropFirst(report.count).split(separator: " ")
        return Remainder(
            processes: words.compactMap { Int($0) },
            mayBeMore: words.contains("unseen")
        )
    }

    /// Finds the processes: their numbers come to be in `$t`.
    ///
    /// The shell itself and what it was started by are never among them: a mark may stand in the
    /// command that runs this script, too. Reading with `read` starts no process and skips the NULs
    /// between arguments, at which busybox's grep would stop.
    private var search: String {
        """
        exec 2>/dev/null
        m=\(mark)
        h=; [ -r /proc/1/stat ] || h=' unseen'
        a=" $$ "; i=$$
        while read -r l <"/proc/$i/stat"; do
          set -- ${l##*) }
          [ "$2" -gt 1 ] || break
          i=$2; a="$a$i "
        done
        marked() {
          while read -r l || [ -n "$l" ]; do
            case $l in *"$m"*) return 0;; esac
          done <"/proc/$1/cmdline"
          return 1
        }
        ours() {
          marked "$1" && return 0
          l=; read -r l <"/proc/$1/cmdline"
          [ -z "$l" ]
        }
        take() {
          case $a$t in *" $1 "*) return;; esac
          i=$1
          read -r l <"/proc/$i/stat" || return
          set -- ${l##*) }
          [ "$1" != Z ] && ours "$4" || return
          t="$t$i "
          [ "$4" = 0 ] || s="$s$4 "
        }
        seek() {
          t=' '; s='\(session.map { " \($0) " } ?? " ")'
          for f in /proc/[0-9]*; do
            marked "${f#/proc/}" && take "${f#/proc/}"
          done
          for f in $(grep -l "$m/script.sh" /proc/[0-9]*/environ); do
            f=${f%/environ}; take "${f#/proc/}"
          done
          n=
          while [ "$n" != "$t" ]; do
            n=$t
            for f in /proc/[0-9]*/stat; do
              read -r l <"$f" || continue
              i=${l%% *}; set -- ${l##*) }
              [ "$1" != Z ] || continue
              case $a$t in *" $i "*) continue;; esac
              case $s in *" $4 "*) t="$t$i "; continue;; esac
              case $t in *" $2 "*) t="$t$i ";; esac
            done
          done
        }
        """
    }

    /// Ends what was found and looks again.
    private var ending: String {
        """
        living() {
          r=
          for i in $b; do
            read -r l <"/proc/$i/stat" || continue
            set -- ${l##*) }
            [ "$1" = Z ] || r="$r$i "
          done
          b=$r
        }
        nap() { sleep 0.1 || { sleep 1; c=$((c + 9)); }; c=$((c + 1)); }
        b=
        for i in $t; do kill -TERM "$i" && b="$b$i "; done
        for i in $b; do kill -CONT "$i"; done
        d=$b; c=0
        while [ -n "$b" ] && [ "$c" -lt \(Self.grace) ]; do nap; living; done
        for i in $b; do kill -KILL "$i"; done
        seek
        for i in $t; do kill -KILL "$i" && d=1; done
        c=0
        while [ -n "$d" ] && [ "$t" != ' ' ] && [ "$c" -lt 10 ]; do nap; seek; done
        """
    }
}
