import Communicator

/// A place on the far side that is ready to be written.
struct FarPlace: Sendable {
    /// Where the bytes go in the end, links resolved.
    let destination: BytePath
    /// The sibling that was made to be written to; `nil` when the destination itself is.
    let temporary: BytePath?
    /// Whether there is a file now.
    let replaces: Bool
    /// Whether the destination is a FIFO, a socket or a device: it has no size or mode.
    let isSpecial: Bool

    /// Where the bytes go first.
    var written: BytePath { temporary ?? destination }
}

extension FarShell {
    /// Finds the file that `path` means and makes an empty sibling of it.
    func open(_ path: BytePath) async throws -> FarPlace {
        let sibling = BytePath("x").temporarySibling().bytes
        let script =
            Array("p=".utf8) + path.shellWord + Array("; n=".utf8) + sibling
            + Array("\n\(FarScripts.open)".utf8)
        let report = try await run(script, TransferOperation.upload, path)
        guard report.fields.count == 3 else { throw violation(path) }
        let temporary = report.fields[2]
        return FarPlace(
            destination: BytePath(bytes: report.fields[1]),
            temporary: temporary.isEmpty ? nil : BytePath(bytes: temporary),
            replaces: report.text(0) == "file",
            isSpecial: report.text(0) == "special"
        )
    }

    /// Checks the size of what was written and gives it its mode and its name.
    func commit(_ place: FarPlace, size: UInt64, mode: UInt32, _ path: BytePath) async throws {
        guard !place.isSpecial else { return }
        let bits = "0" + String(mode, radix: 8)
        var script = Array("p=".utf8) + place.destination.shellWord
        if let temporary = place.temporary {
            script += Array("; t=".utf8) + temporary.shellWord
            script += Array("; s=\(size); m=\(bits); k=\(place.replaces ? 1 : 0)\n".utf8)
            script += Array(FarScripts.commit.utf8)
        } else {
            // Another user's file that we may write keeps the mode that its owner gave it.
            script += Array("\nchmod \(bits) \"$p\" 2>/dev/null || :".utf8)
        }
        _ = try await run(script, TransferOperation.upload, path)
    }

    /// The size that the far side says a file has; refuses what is not a file.
    func size(of path: BytePath) async throws -> UInt64 {
        let script =
            Array("p=".utf8) + path.shellWord + Array("\n\(FarScripts.size)".utf8)
        let report = try await run(script, TransferOperation.download, path)
        guard let size = UInt64(report.text(0)) else { throw violation(path) }
        return size
    }

    /// Finds out what a failed write means where its words do not tell, and names the user's path.
    func explain(
        _ error: CommunicatorError,
        _ path: BytePath,
        _ destination: BytePath
    ) async -> CommunicatorError {
        var found = error
        found.target = "\(path)"
        guard error.code == .transferFailed else { return found }
        let script =
            Array("p=".utf8) + destination.shellWord
            + Array("; d=${p%/*}; set -- $(df -Pk \"${d:-/}\" | tail -n 1); put \"$4\"".utf8)
        guard let report = try? await run(script, TransferOperation.upload, path),
            let room = UInt64(report.text(0)), room < 64
        else { return found }
        found.code = .noSpace
        found.detail += "; its file system has \(room) KiB left"
        return found
    }

    /// Whether a file that says it is empty has bytes all the same, as those of `/proc` do.
    func hasBytes(_ path: BytePath) async throws -> Bool {
        let script =
            Array("put \"$(dd bs=1 count=1 2>/dev/null <".utf8) + path.shellWord
            + Array(" | od -A n -t x1)\"".utf8)
        return try await !run(script, TransferOperation.download, path).text(0).isEmpty
    }

    private func violation(_ path: BytePath) -> CommunicatorError {
        CommandFailure("asking about", path)
            .make(.protocolViolation, "the shell on the machine gave no answer that makes sense")
    }
}
