internal import Communicator
internal import SFTP

/// The one SFTP client of a connection, and what stands in for it where there is none.
extension SSHLink {
    /// How files are moved on this connection.
    ///
    /// For `auto` that is found out at its first transfer; `findOther` is asked when the server has
    /// no SFTP.
    func transferMethod(
        findOther: @escaping @Sendable (SFTPNotOffered) async throws -> SSHFileTransferMethod
    ) async throws -> SSHFileTransferMethod {
        guard configuration.fileTransferMethod == .auto else {
            return configuration.fileTransferMethod
        }
        let connection = try await established().connection
        if let chosen, chosen.connection === connection { return chosen.method }
        while true {
            try Task.checkCancellation()
            if let method = try await currentChoice(findOther).value() {
                chosen = (method, connection)
                return method
            }
        }
    }

    private func currentChoice(
        _ findOther: @escaping @Sendable (SFTPNotOffered) async throws -> SSHFileTransferMethod
    ) -> SharedAttempt<SSHFileTransferMethod> {
        if let choice, !choice.isOver { return choice }
        let next = SharedAttempt {
            do {
                _ = try await self.sftp()
                return SSHFileTransferMethod.sftp
            } catch let error as SFTPNotOffered {
                return try await findOther(error)
            }
        }
        choice = next
        return next
    }

    /// Lends the SFTP client of the connection; opened at the first transfer, then kept.
    func withFiles<Value: Sendable>(
        _ body: @Sendable (SFTPClient) async throws -> Value
    ) async throws -> Value {
        transfers += 1
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(try await sftp()))
        } catch {
            result = .failure((error as? SFTPNotOffered)?.cause ?? error)
        }
        transfers -= 1
        if transfers == 0, waitingForRoom > 0 { await dropFiles() }
        return try result.get()
    }

    private func sftp() async throws -> SFTPClient {
        while true {
            if let client = await livingFiles() { return client }
            try Task.checkCancellation()
            if let client = try await currentFilesAttempt().value() { return client }
        }
    }

    private func currentFilesAttempt() -> SharedAttempt<SFTPClient> {
        if let filesAttempt, !filesAttempt.isOver { return filesAttempt }
        let previous = filesAttempt
        let next = SharedAttempt {
            await previous?.end()
            return try await self.openFiles()
        }
        filesAttempt = next
        return next
    }

    private func livingFiles() async -> SFTPClient? {
        guard let files, await files.connection.failure == nil, await !files.client.isClosed
        else { return nil }
        return files.client
    }

    private func openFiles() async throws -> SFTPClient {
        if let client = await livingFiles() { return client }
        await dropFiles()
        let made = try await withChannel { established in
            (
                client: try await established.connection.startSFTP(),
                connection: established.connection
            )
        }
        guard !isClosed, !Task.isCancelled else {
            await made.client.close()
            throw CancellationError()
        }
        files = made
        return made.client
    }

    /// Gives the SFTP channel back to the server; the next transfer opens another.
    func dropFiles() async {
        let dropped = files
        files = nil
        await dropped?.client.close()
    }
}
