internal import Communicator
internal import MessagePack

/// The `Communicator` endpoint: commands and files on the machine that a build works on.
///
/// Whoever has the connection to the machine serves it; the bytes go through streams that the caller
/// gives out and the server opens. Packer's wire knows no cancel and no signal, and a status is a
/// number. Between two of ours a command's arguments have a key more, `PackerSwift`, which Go passes
/// over, and there are methods more, which Go does not have. Source: `rpc/communicator.go` of
/// Packer's plugin SDK.
enum CommunicatorEndpoint {
    static let start = "Communicator.Start"
    static let upload = "Communicator.Upload"
    static let uploadDirectory = "Communicator.UploadDir"
    static let download = "Communicator.Download"
    static let downloadDirectory = "Communicator.DownloadDir"
    /// Ours: ends the process tree of a command, named by its response stream, or the move of a
    /// directory; replies when that has ended.
    static let cancel = "Communicator.PackerSwiftCancel"

    /// How much of a file or of output is in one piece.
    static let pieceSize = 65_536

    struct StartArguments: Codable, Sendable {
        var command: MessagePackValue
        var standardInput: UInt32
        var standardOutput: UInt32
        var standardError: UInt32
        var response: UInt32
        /// What Packer's wire has no place for; `nil` from Go.
        var extra: Extra?

        enum CodingKeys: String, CodingKey {
            case command = "Command"
            case standardInput = "StdinStreamId"
            case standardOutput = "StdoutStreamId"
            case standardError = "StderrStreamId"
            case response = "ResponseStreamId"
            case extra = "PackerSwift"
        }
    }

    /// What of a ``RemoteCmd`` Packer's arguments have no place for.
    struct Extra: Codable, Sendable, Equatable {
        var label: String?
        var endsWithConnection: Bool
        /// In seconds.
        var outputGrace: Double?
        /// In seconds, where the machine may go away.
        var returnWithin: Double?

        enum CodingKeys: String, CodingKey {
            case label = "Label"
            case endsWithConnection = "EndsWithConnection"
            case outputGrace = "OutputGrace"
            case returnWithin = "ReturnWithin"
        }

        init(_ command: RemoteCmd) {
            label = command.label
            endsWithConnection = command.endsWithConnection
            outputGrace = command.outputGrace.map { $0 / .seconds(1) }
            if case .expected(let limit) = command.disconnect { returnWithin = limit / .seconds(1) }
        }

        func apply(to command: inout RemoteCmd) {
            command.label = label
            command.endsWithConnection = endsWithConnection
            command.outputGrace = outputGrace.flatMap(Self.duration)
            if let limit = returnWithin.flatMap(Self.duration) {
                command.disconnect = .expected(returnWithin: limit)
            }
        }

        /// A peer's number of seconds, if it is one that a clock can have.
        private static func duration(_ seconds: Double) -> Duration? {
            (0...1e9).contains(seconds) ? .seconds(seconds) : nil
        }
    }

    struct CancelArguments: Codable, Sendable {
        var response: UInt32

        enum CodingKeys: String, CodingKey { case response = "ResponseStreamId" }
    }

    struct UploadArguments: Codable, Sendable {
        var path: String
        var reader: UInt32
        var information: FileInformation?

        enum CodingKeys: String, CodingKey {
            case path = "Path"
            case reader = "ReaderStreamId"
            case information = "FileInfo"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(path, forKey: .path)
            try container.encode(reader, forKey: .reader)
            // As Go, with the key also where there is nothing.
            try container.encode(information, forKey: .information)
        }
    }

    /// Go's `fileInfo`, without the time: Packer 1.6.6's codec and later ones read different forms
    /// of one, and all take nil.
    struct FileInformation: Codable, Sendable {
        var name: String
        var size: Int64
        var mode: UInt32
        var time: MessagePackValue = .nil

        enum CodingKeys: String, CodingKey {
            case name = "N"
            case size = "S"
            case mode = "M"
            case time = "T"
        }
    }

    struct DownloadArguments: Codable, Sendable {
        var path: String
        var writer: UInt32

        enum CodingKeys: String, CodingKey {
            case path = "Path"
            case writer = "WriterStreamId"
        }
    }

    struct DirectoryArguments: Codable, Sendable {
        var destination: String
        var source: String
        var exclude: [String]
        /// What ``cancel`` names it by, of the numbers that streams have; `nil` from Go.
        var number: UInt32?

        var options: TransferOptions { TransferOptions(exclude: exclude) }

        enum CodingKeys: String, CodingKey {
            case destination = "Dst"
            case source = "Src"
            case exclude = "Exclude"
            case number = "PackerSwiftId"
        }
    }
}
