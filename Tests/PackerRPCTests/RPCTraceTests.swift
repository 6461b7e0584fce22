import ByteStreams
import Communicator
import Components
import MessagePack
import NetRPC
@testable import PackerRPC
import Processes
import TestSupport
import Testing

/// Whole conversations as their transcripts show them.
@Suite(.timeLimit(.minutes(2))) struct RPCTraceTests {
    /// The lines of a transcript, as they come.
    private final class Transcript: Sendable {
        private let written = LockedValue<[String]>([])

        var lines: [String] { written.withLock { $0 } }

        func trace(of side: RPCTrace.Side) -> RPCTrace {
            RPCTrace(of: side) { line in self.written.withLock { $0.append(line) } }
        }
    }

    /// Somebody who answers every question.
    private struct Answering: UserInterface {
        let answer: String

        func say(_ text: String) {}
        func message(_ text: String) {}
        func error(_ text: String) {}
        func machine(_ type: String, _ data: [String]) {}
        func ask(_ question: String, isSecret: Bool) -> String { answer }
        func report(_ progress: TransferProgress) {}
    }

    @Test func `both sides write the same conversation`() async throws {
        let (host, plugin) = (Transcript(), Transcript())
        let provisioner = PlayedProvisioner { _, ui in
            let answer = try await ui.ask("Which password?", isSecret: false)
            await ui.say("it is \(answer)")
            throw NetRPCError(.server, "\(answer) is wrong")
        }
        try await withServed(
            .provisioner(provisioner),
            pluginTrace: plugin.trace(of: .plugin),
            hostTrace: host.trace(of: .host)
        ) { session in
            try await session.provisioner.prepare([.map([.init(key: "inline", value: "true")])])
            await #expect(throws: ComponentFailure.self) {
                try await session.provisioner.provision(
                    PlayedMachine(),
                    ui: Answering(answer: "swordfish"),
                    data: GeneratedData()
                )
            }
        }
        let expected = [
            #"stream 0: host calls Provisioner.Prepare #0, 23 bytes: {"Configs":[{"inline":"true"}]}"#,
            "stream 0: plugin replies to Provisioner.Prepare #0, 1 byte: nil",
            "stream 0: host calls Provisioner.Provision #1, 26 bytes: "
                + #"{"GeneratedData":nil,"StreamID":1}"#,
            #"stream h1: plugin calls Ui.Ask #0, 16 bytes: "Which password?""#,
            "stream h1: host replies to Ui.Ask #0, 10 bytes: <9 bytes>",
            #"stream h1: plugin calls Ui.Say #1, 16 bytes: "it is <9 bytes>""#,
            "stream h1: host replies to Ui.Say #1, 1 byte: nil",
            "stream h1: ends",
            #"stream 0: plugin fails Provisioner.Provision #1, 18 bytes: "<9 bytes> is wrong""#,
            "stream 0: ends",
        ]
        for lines in [host.lines, plugin.lines] {
            // A stream's end is seen when each side comes to it.
            let calls = expected.filter { !$0.hasSuffix(": ends") }
            #expect(lines.filter { !$0.hasSuffix(": ends") } == calls)
            #expect(Set(lines) == Set(expected))
        }
    }

    @Test func `what an artifact says about a secret is hidden`() async throws {
        let transcript = Transcript()
        let (near, far) = InMemoryByteStream.pair()
        let stream = transcript.trace(of: .plugin).observing(far, 7, from: .plugin, as: .caller)
        for (number, name) in ["region", "api_token"].enumerated() {
            let header = NetRPCRequestHeader(
                serviceMethod: "Artifact.State",
                sequence: UInt64(number)
            )
            let body = MessagePackValue.string(name).encoded
            try await stream.write(NetRPCMessage(header: header, body: body).encoded())
            let answer = NetRPCResponseHeader(
                serviceMethod: "Artifact.State",
                sequence: UInt64(number)
            )
            let value = MessagePackValue.string("value \(number)").encoded
            try await near.write(NetRPCMessage(header: answer, body: value).encoded())
            _ = try await stream.read(upTo: 4096)
        }
        let replies = transcript.lines.filter { $0.contains("replies") }
        #expect(
            replies == [
                #"stream p7: host replies to Artifact.State #0, 8 bytes: "value 0""#,
                "stream p7: host replies to Artifact.State #1, 8 bytes: <7 bytes>",
            ]
        )
    }

    @Test func `calls without a reply are named at the end`() async throws {
        let transcript = Transcript()
        let (near, far) = InMemoryByteStream.pair()
        let stream = transcript.trace(of: .plugin).observing(far, 7, from: .plugin, as: .server)
        let request = NetRPCMessage(
            header: NetRPCRequestHeader(serviceMethod: "A b.C", sequence: 3),
            body: [0xC0]
        )
        // In any pieces.
        for byte in request.encoded() {
            try await near.write([byte])
            _ = try await stream.read(upTo: 1)
        }
        try await near.finishWriting()
        #expect(try await stream.read(upTo: 1) == nil)
        await stream.close()
        #expect(
            transcript.lines == [
                #"stream p7: host calls A\u{20}b.C #3, 1 byte: nil"#,
                #"stream p7: ends without a reply to A\u{20}b.C #3"#,
            ]
        )
    }

    @Test func `what is no call passes unchanged, and is named once`() async throws {
        let transcript = Transcript()
        let (near, far) = InMemoryByteStream.pair()
        let stream = transcript.trace(of: .plugin).observing(far, 1, from: .host, as: .caller)
        let bytes: [UInt8] = [0xC1, 0x41, 0x1B]
        for _ in 0..<2 {
            try await near.write(bytes)
            #expect(try await stream.read(upTo: 3) == bytes)
        }
        let lines = transcript.lines
        #expect(lines.count == 1)
        #expect(lines.first?.contains("host sends what is no call") == true, "\(lines)")
    }
}
