/// Pieces of scripts for any POSIX shell; all of them see the functions of ``FarShell``.
enum FarScripts {
    /// Follows the final symbolic links of `p`.
    static let follow = """
        follow() {
          c=0
          while [ -h "$p" ]; do
            c=$((c + 1))
            [ "$c" -le 40 ] || fail transferFailed 'Too many levels of symbolic links'
            t=$(readlink -n "$p" && echo x) || fail unsupported 'readlink does not work there'
            t=${t%x}
            case $t in /*) p=$t;; *) p=${p%/*}/$t;; esac
          done
        }
        """

    /// Finds the parent `d` of a path and gives up when that is no directory.
    static let parent = """
        parent() {
          d=$1
          while :; do case $d in ?*/) d=${d%/};; *) break;; esac; done
          d=${d%/*}; [ -n "$d" ] || d=/
          [ ! -d "$d" ] || return 0
          q=$d
          while [ ! -e "$q" ]; do
            case $q in */*) q=${q%/*}; [ -n "$q" ] || q=/;; *) q=.;; esac
          done
          [ -d "$q" ] || fail notDirectory "$q is not a directory"
          [ -x "$q" ] || fail permissionDenied "$q may not be searched"
          fail noSuchFile "$d is not there"
        }
        """

    /// Makes the empty file `n` beside what `p` means where that can be, and reports.
    static let open = """
        \(follow)
        \(parent)
        follow
        [ ! -d "$p" ] || fail isDirectory 'it is a directory on the machine'
        parent "$p"
        case $p in */) fail noSuchFile 'there is no such directory';; esac
        k=absent
        if [ -f "$p" ]; then k=file; elif [ -e "$p" ]; then k=special; fi
        t=
        if [ "$k" != special ]; then
          t=${d%/}/$n
          if ! e=$( (set -C; : >"$t") 2>&1 ); then
            case $e in *"No space"*|*uota*) fail noSpace "$e";; esac
            [ "$k" = file ] && [ -w "$p" ] || fail text "$e"
            t=
          fi
        fi
        put "$k" "$p" "$t"
        """

    /// Renames a file; where `mv` cannot be told that the target is no directory, it is looked at.
    static let move = """
        keep() {
          set -- "$1" $(ls -nd "$2" 2>/dev/null)
          [ -z "$5" ] || chown "$4:$5" "$1" 2>/dev/null || :
        }
        move() {
          mv -f -T "$1" "$2" 2>/dev/null && return 0
          [ ! -d "$2" ] || fail isDirectory 'it is a directory on the machine'
          e=$(mv -f "$1" "$2" 2>&1) || fail text "$e"
        }
        """

    /// Puts the whole file `t` of `s` bytes at `p` with the mode `m`; `k` is 1 when it replaces one.
    static let commit = """
        \(move)
        set -- $(ls -nd "$t")
        [ "$5" = "$s" ] || fail transferFailed "$s bytes were sent and $5 arrived"
        [ "$k" = 0 ] || keep "$t" "$p"
        e=$(chmod "$m" "$t" 2>&1) || fail text "$e"
        move "$t" "$p"
        """

    /// Reports the size of the file `p`; 0 for a device.
    static let size = """
        [ ! -d "$p" ] || fail isDirectory 'it is a directory on the machine'
        if [ ! -e "$p" ]; then
          e=$(ls -nLd "$p" 2>&1); fail text "$e"
        elif [ -f "$p" ]; then
          e=$(ls -nLd "$p" 2>&1) || fail text "$e"
          set -- $e
          put "$5"
        elif [ -c "$p" ] || [ -b "$p" ]; then put 0
        else fail transferFailed 'it is a FIFO or a socket on the machine'
        fi
        """

    /// Makes a directory, or accepts one that is there; reports whether it was made.
    static let makeDirectory = """
        d() {
          at=$1
          if mkdir "$1" 2>/dev/null; then put 1; return; fi
          if [ -d "$1" ]; then put 0; return; fi
          [ ! -e "$1" ] && [ ! -h "$1" ] || fail notDirectory 'it is no directory on the machine'
          parent "$1"
          e=$(mkdir "$1" 2>&1) || fail text "$e"
          put 1
        }
        """

    /// Gives numbered files of the directory `S` their modes and then their places.
    static let place = """
        m() {
          e=$(cd "$S" && { x=$1; shift; touch "$@" && chmod "$x" "$@"; } 2>&1) || fail text "$e"
        }
        r() {
          at=$2; p=$2; follow
          if [ -e "$p" ]; then
            [ ! -d "$p" ] || fail isDirectory 'it is a directory on the machine'
            if [ ! -f "$p" ] || { [ -w "$p" ] && [ ! -w "${p%/*}/" ]; }; then
              e=$( { cat "$S/$1" >"$p"; } 2>&1 ) || fail text "$e"
              [ ! -f "$p" ] || put "$p"
              return
            fi
            keep "$S/$1" "$p"
          fi
          move "$S/$1" "$p"
        }
        """

    /// Before ``list``: directories are listed with all below them.
    static let listsAll = "depth="
    /// Before ``list``: directories are listed without what is in those within; `-maxdepth` is not
    /// everywhere.
    static let listsLevel = "depth='( -name . -o -prune )'"

    /// Reports the real path of a directory and what is in it; of links, what they lead to.
    static let list = """
        probe='set -f
        for f do
          k=o; [ ! -f "$f" ] || k=f; [ ! -d "$f" ] || k=d; [ -e "$f" ] || k=n
          [ ! -h "$f" ] || k=l$k
          set -- 0 0 0 0 0
          case $k in *[fd]) r=$(ls -nLd "$f") || exit 1; set -- $r;; esac
          printf "%s %s %s %s\\0" "$k" "$1" "$5" "$f"
        done'
        g=0; find /dev/null -printf "" >/dev/null 2>&1 && g=1
        exec 3>&1
        w() {
          at=$1
          if [ ! -d "$1" ]; then
            [ ! -e "$1" ] || fail notDirectory 'it is no directory on the machine'
            e=$(ls -nLd "$1" 2>&1); fail text "$e"
          fi
          real=$(cd "$1" 2>/dev/null && pwd -P && echo x) || fail permissionDenied 'Permission denied'
          real=${real%x}
          put "> ${real%?}"
          if [ "$g" = 1 ]; then
            e=$( { cd "$1" && find . $depth -type l -exec sh -c "$probe" sh {} + -o \
              -printf '%y %m %s %p\\0'; } 2>&1 1>&3 ) || fail text "$e"
          else
            e=$( { cd "$1" && find . $depth -exec sh -c "$probe" sh {} +; } 2>&1 1>&3 ) || fail text "$e"
          fi
        }
        """
}
