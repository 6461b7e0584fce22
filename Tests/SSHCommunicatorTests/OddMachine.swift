import Communicator

/// This machine, with some commands exchanged for others.
struct OddMachine: Communicator {
    /// The command to run instead of one, or `nil` for that one itself.
    let instead: @Sendable (String) -> String?
    /// Whether the end of commands that were exchanged is lost.
    var losesEnd = false
    private let local = LocalCommunicator()

    init(losesEnd: Bool = false, _ instead: @escaping @Sendable (String) -> String?) {
        self.losesEnd = losesEnd
        self.instead = instead
    }

    func run<Value: Sendable>(
        _ command: RemoteCmd,
        _ body: (RemoteCmd.Execution) async throws -> Value
    ) async throws -> RemoteCmd.Result<Value> {
        guard let text = instead(String(decoding: command.text, as: UTF8.self)) else {
            return try await local.run(command, body)
        }
        var other = command
        other.text = Array(text.utf8)
        var result = try await local.run(other, body)
        if losesEnd { result.end.status = .disconnected }
        return result
    }

    func upload(_ source: UploadSource, to path: String, options: TransferOptions) async throws {}
    func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {}
    func download(
        _ path: String,
        to target: DownloadTarget,
        options: TransferOptions
    ) async throws {}
    func downloadDirectory(
        _ path: String,
        to destination: String,
        options: TransferOptions
    ) async throws {}
}

extension OddMachine {
    /// One whose `scp` says whatever the test wants, and then reads on unless it `isShort`.
    static func scp(saying answer: String, isShort: Bool = false) -> OddMachine {
        let octal = answer.utf8.map { byte in
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }.joined()
        return OddMachine { command in
            guard command.hasPrefix("exec env LC_ALL=C scp") else { return nil }
            return "printf '\(octal)'" + (isShort ? "" : "; cat >/dev/null")
        }
    }
}
