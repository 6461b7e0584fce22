import Communicator
import Processes
import TestSupport

@testable import SSHCommunicator

extension SSHPeer {
    /// Serves commands by this machine's `sh`, up to one whose text contains `word`; that one is
    /// given back unanswered, with the client's number of its channel.
    func serve(untilCommandWith word: String) async throws -> (channel: UInt32, text: String) {
        while true {
            let (channel, command) = try await nextCommand()
            if command.contains(word) { return (channel, command) }
            try await send(try await answer(to: command, on: channel).all)
        }
    }

    /// The next command that is asked for, and the client's number of its channel.
    func nextCommand() async throws -> (channel: UInt32, text: String) {
        while true {
            let payload = try await receive()
            var reader = SSHDataReader(Array(payload.dropFirst()))
            switch payload.first {
            case 80:
                _ = try reader.string()
                if try reader.byte() != 0 { try await send([82]) }
            case 90: try await confirm(payload)
            case 98:
                let own = try reader.uint32()
                let kind = try reader.text()
                let wantsReply = try reader.byte() != 0
                let channel = channels[own] ?? 0
                if kind == "exec" { return (channel, try reader.text()) }
                if wantsReply { try await send(Self.message(99, channel)) }
            default: break
            }
        }
    }

    /// Waits for a channel to be asked for, without an answer; the client's number of it.
    func nextChannel() async throws -> UInt32 {
        try Self.senderChannel(try await receive(90))
    }

    private static func senderChannel(_ payload: [UInt8]) throws -> UInt32 {
        var reader = SSHDataReader(Array(payload.dropFirst()))
        _ = try reader.string()
        return try reader.uint32()
    }

    /// Opens the channel that the client asked for.
    func confirm(_ payload: [UInt8]) async throws {
        let channel = try Self.senderChannel(payload)
        let own = UInt32(channels.count)
        channels[own] = channel
        try await send(Self.confirmation(of: channel, own: own, window: window))
    }

    /// Runs a command on this machine; what an honest server says of it, message by message.
    func answer(to command: String, on channel: UInt32) async throws -> Answer {
        let outcome = try await Program("sh", ["-c", command]).run()
        let errors =
            Self.message(95, channel) + UInt32(1).bigEndianBytes + outcome.errors.asSSHString
        let end =
            switch outcome.end {
            case .exited(let status): Self.exitStatus(channel, UInt32(status))
            default: Self.exitSignal(channel, "ALRM".asSSHString)
            }
        return Answer(
            success: Self.message(99, channel),
            errors: errors,
            output: Self.output(channel, outcome.output),
            eof: Self.message(96, channel),
            status: end,
            close: Self.message(97, channel)
        )
    }

    /// The messages that a command which ends is answered with.
    struct Answer {
        var success: [UInt8]
        var errors: [UInt8]
        var output: [UInt8]
        var eof: [UInt8]
        var status: [UInt8]
        var close: [UInt8]

        var all: [[UInt8]] { [success, errors, output, eof, status, close] }
    }

    // MARK: Messages

    /// A message that begins with the channel that it is for.
    static func message(_ number: UInt8, _ channel: UInt32) -> [UInt8] {
        [number] + channel.bigEndianBytes
    }

    static func confirmation(
        of channel: UInt32,
        own: UInt32,
        window: UInt32
    ) -> [UInt8] {
        message(91, channel) + [own, window, 32_768].flatMap(\.bigEndianBytes)
    }

    static func output(_ channel: UInt32, _ text: String) -> [UInt8] {
        message(94, channel) + text.asSSHString
    }

    static func exitStatus(_ channel: UInt32, _ status: UInt32) -> [UInt8] {
        message(98, channel) + "exit-status".asSSHString + [0] + status.bigEndianBytes
    }

    /// `name` with its length before it, right or wrong.
    static func exitSignal(_ channel: UInt32, _ name: [UInt8]) -> [UInt8] {
        message(98, channel) + "exit-signal".asSSHString + [0] + name + [0] + "".asSSHString
            + "".asSSHString
    }

    static let disconnect: [UInt8] =
        [1] + UInt32(11).bigEndianBytes + "go away".asSSHString + "".asSSHString
}
