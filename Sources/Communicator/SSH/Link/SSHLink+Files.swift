internal import Communicator
internal import Logging
internal import SFTP

/// The one SFTP client of a connection, and what stands in for it where there is none.
extension SSHLink {
    /// How files are moved on this connection.
    ///
    /// For `auto` that is found out at its first transfer, and logged when it is not SFTP; `findOther`
    /// is asked then.
    func transferMethod(
        findOther: @Sendable () async throws -> SSHFileTransferMethod
    ) async throws -> SSHFileTransferMethod {
        guard configuration.fileTransferMethod == .auto else {
            return configuration.fileTransferMethod
        }
        let connection = try await established().connection
        if let chosen, chosen.connection === connection { return chosen.method }
        do {
            _ = try await sftp()
            chosen = (.sftp, connection)
            return .sftp
        } catch let absence as SFTPNotOffered {
            let method = try await findOther()
            if chosen?.connection !== connection {
                let reason = "no SFTP on \(configuration.target): \(absence.cause.detail)"
                notes.log.notice("\(reason); files go by \(method)")
            }
            chosen = (method, connection)
            return method
        }
    }

    /// Lends the SFTP client of the connection; opened at the first transfer, then kept.
    func withFiles<Value: Sendable>(
        _ body: @Sendable (SFTPClient) async throws -> Value
    ) async throws -> Value {
        transfers += 1
        let result: Result<Value, any Error>
        do {
            let files = try await sftp()
            let held = HeldChannel(files.channel, of: files.connection)
            result = .success(
                try await HeldChannel.$current.withValue(HeldChannel.current.union([held])) {
                    try await body(files.client)
                }
            )
        } catch {
            result = .failure((error as? SFTPNotOffered)?.cause ?? error)
        }
        transfers -= 1
        if transfers == 0, !waiters.isEmpty { await dropFiles() }
        return try result.get()
    }

    /// Each caller waits for room itself: what it holds decides what it may wait for.
    private func sftp() async throws -> SFTPChannel {
        try await withChannel { _ in
            while true {
                if let files = await self.livingFiles() { return files }
                try Task.checkCancellation()
                if let files = try await self.currentFilesAttempt().value() { return files }
            }
        }
    }

    private func currentFilesAttempt() -> SharedAttempt<SFTPChannel> {
        if let filesAttempt, !filesAttempt.isOver { return filesAttempt }
        let previous = filesAttempt
        let next = SharedAttempt {
            await previous?.end()
            return try await self.openFiles()
        }
        filesAttempt = next
        return next
    }

    private func livingFiles() async -> SFTPChannel? {
        guard let files, await files.connection.failure == nil, await !files.client.isClosed
        else { return nil }
        return files
    }

    private func openFiles() async throws -> SFTPChannel {
        if let files = await livingFiles() { return files }
        await dropFiles()
        let made = try await established().connection.startSFTP()
        guard !isClosed, !Task.isCancelled else {
            await made.client.close()
            throw CancellationError()
        }
        files = made
        // Whoever waits for its place, and found none to give up, looks again.
        await made.connection.tellRoomWaiters()
        return made
    }

    /// Gives the SFTP channel back to the server; the next transfer opens another.
    func dropFiles() async {
        let dropped = files
        files = nil
        await dropped?.client.close()
    }
}
