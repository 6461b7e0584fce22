import Communicator
import SSHCommunicator

/// Does one thing over one connection, so that its cost can be measured from outside.
///
///     bench-client HOST PORT USER ACTION ARGUMENT ARGUMENT <private_key
///
/// The actions are `run COUNT COMMAND` (one after the other), `output BYTES COMMAND` (which must
/// write as many), and `upload`, `upload-directory`,
/// `download` and `download-directory` with a source and a destination. What goes wrong, a status
/// other than 0 included, ends the program with an error.
@main
struct BenchClient {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().map { $0 }
        guard arguments.count == 6, let port = UInt16(arguments[1]) else {
            throw BenchClientError("6 arguments are needed: HOST PORT USER ACTION and its two")
        }
        let configuration = SSHConfiguration(
            host: arguments[0],
            port: port,
            username: arguments[2],
            credentials: [.privateKey(try keyFromStandardInput())]
        )
        let machine = try await SSHCommunicator.connect(configuration)
        try await perform(arguments[3], arguments[4], arguments[5], on: machine)
        await machine.close()
    }

    static func keyFromStandardInput() throws -> SSHPrivateKey {
        var text = ""
        while let line = readLine(strippingNewline: false) { text += line }
        return try SSHPrivateKey(pem: Array(text.utf8), name: "standard input")
    }

    static func perform(
        _ action: String,
        _ first: String,
        _ second: String,
        on machine: SSHCommunicator
    ) async throws {
        switch action {
        case "run": try await run(second, times: first, on: machine)
        case "output": try await read(second, count: first, on: machine)
        case "upload": try await machine.upload(.file(first), to: second)
        case "upload-directory": try await machine.uploadDirectory(first, to: second)
        case "download": try await machine.download(first, to: .file(second))
        case "download-directory": try await machine.downloadDirectory(first, to: second)
        default: throw BenchClientError("'\(action)' is no action")
        }
    }

    static func run(_ text: String, times: String, on machine: SSHCommunicator) async throws {
        guard let count = Int(times), count > 0 else {
            throw BenchClientError("'\(times)' is no count")
        }
        let command = RemoteCmd(text)
        for _ in 0..<count {
            let result = try await machine.run(command) { _ in }
            guard result.status.isSuccess else {
                throw BenchClientError("'\(text)' ended with \(result.status)")
            }
        }
    }
}

extension BenchClient {
    static func read(_ text: String, count: String, on machine: SSHCommunicator) async throws {
        let result = try await machine.run(RemoteCmd(text)) { execution in
            var size = 0
            for try await case .standardOutput(let bytes) in execution.output {
                size += bytes.count
            }
            return size
        }
        guard result.status.isSuccess, "\(result.value)" == count else {
            throw BenchClientError(
                "'\(text)' ended with \(result.status) after \(result.value) bytes, not \(count)"
            )
        }
    }
}

/// What kept the benchmark's client from doing its work.
struct BenchClientError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
