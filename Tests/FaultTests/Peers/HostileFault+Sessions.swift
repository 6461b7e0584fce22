import Communicator
import TestSupport

@testable import SSHCommunicator

extension HostileFault {
    /// Row 19, after the login.
    static let sessions: [HostileFault] = leavings + oddities + floods + windows + ends

    /// The command's end was not seen; nor, it may be, its output.
    private static let cutOff: Set<Verdict> = [unproven, .ended(.disconnected, output: "evil\n")]
    private static let unproven = Verdict.ended(.disconnected, output: "")

    /// Disturbs an honest server at the start of the command.
    private static func before(
        _ name: String,
        _ allowed: Set<Verdict> = [honest],
        within limit: Duration = usualLimit,
        _ disturb: @escaping @Sendable (SSHPeer, UInt32) async throws -> Void
    ) -> HostileFault {
        HostileFault(name, allowed, within: limit) { peer, begin in
            try await peer.logIn()
            let (channel, text) = try await peer.serve(untilCommandWith: command)
            let answer = try await peer.answer(to: text, on: channel)
            begin()
            try await disturb(peer, channel)
            try await peer.send(answer.all)
            try await peer.socket.waitForEnd()
        }
    }

    /// Answers the command in another way.
    private static func instead(
        _ name: String,
        _ allowed: Set<Verdict>,
        within limit: Duration = usualLimit,
        _ messages: @escaping @Sendable (UInt32, SSHPeer.Answer) -> [[UInt8]]
    ) -> HostileFault {
        HostileFault(name, allowed, within: limit) { peer, begin in
            try await peer.logIn()
            let (channel, text) = try await peer.serve(untilCommandWith: command)
            let answer = try await peer.answer(to: text, on: channel)
            begin()
            try await peer.send(messages(channel, answer))
            try await peer.socket.waitForEnd()
        }
    }

    private static let leavings: [HostileFault] = [
        HostileFault("DISCONNECT after the login", [.failed(.disconnected)]) { peer, begin in
            try await peer.logIn()
            begin()
            try await peer.leave()
        },
        HostileFault("DISCONNECT instead of a channel", [.failed(.disconnected)]) { peer, begin in
            try await peer.logIn()
            _ = try await peer.receive(90)
            begin()
            try await peer.leave()
        },
        instead("DISCONNECT instead of a start", [.failed(.disconnected), unproven]) { _, _ in
            [SSHPeer.disconnect]
        },
        instead(
            "DISCONNECT in the middle of the output",
            cutOff
        ) { _, answer in [answer.success, answer.errors, answer.output, SSHPeer.disconnect] },
        instead(
            "DISCONNECT between the output's end and the status",
            cutOff
        ) { _, answer in
            [answer.success, answer.errors, answer.output, answer.eof, SSHPeer.disconnect]
        },
        instead("CLOSE without a status", [.ended(.disconnected, output: "evil\n")]) {
            _,
            answer in
            [answer.success, answer.errors, answer.output, answer.eof, answer.close]
        },
        instead("CLOSE twice", [honest]) { _, answer in answer.all + [answer.close] },
        instead("output after its end", [honest, .ended(.exited(3), output: "evil\nmore")]) {
            channel,
            answer in
            [answer.success, answer.errors, answer.output, answer.eof]
                + [SSHPeer.output(channel, "more"), answer.status, answer.close]
        },
        HostileFault(
            "a success that answers no request",
            [honest, .failed(.unsupported), unproven]
        ) {
            peer,
            begin in
            try await peer.logIn()
            let (channel, _) = try await peer.serve(untilCommandWith: "exit 7")
            begin()
            // The probe's start is denied after it was granted unasked.
            try await peer.send([SSHPeer.message(99, channel), SSHPeer.message(100, channel)])
            try await peer.send([SSHPeer.message(96, channel), SSHPeer.message(97, channel)])
            // What is tried next is answered as it should be.
            let (next, text) = try await peer.serve(untilCommandWith: command)
            try await peer.send(try await peer.answer(to: text, on: next).all)
            try await peer.socket.waitForEnd()
        },
    ]

    /// libssh2 may take such a message for the answer that it waits for.
    private static let confused: Set<Verdict> = [honest, .failed(.commandNotStarted)]

    private static let oddities: [HostileFault] = [
        before("a global request that wants no reply") { peer, _ in
            try await peer.send([80] + "hostkeys-00@openssh.com".asSSHString + [0])
        },
        before("a global request that wants a reply") { peer, _ in
            try await peer.send([80] + "nobody-knows@example.com".asSSHString + [1])
            _ = try await peer.receive(82)
        },
        before("a global request with a name of 4 GiB") { peer, _ in
            try await peer.send([80, 255, 255, 255, 255, 1, 1, 1, 1])
        },
        before("100,000 IGNORE", within: .seconds(15)) { peer, _ in
            for _ in 0..<100 { try await peer.send(.init(repeating: SSHPeer.ignore, count: 1_000)) }
        },
        before("100,000 DEBUG", within: .seconds(15)) { peer, _ in
            for _ in 0..<100 { try await peer.send(.init(repeating: SSHPeer.debug, count: 1_000)) }
        },
        before("channels that the server wants to open", confused) { peer, _ in
            for kind in ["session", "x11", "forwarded-tcpip", "auth-agent@openssh.com", ""] {
                let head =
                    [90] + kind.asSSHString
                    + [7, 65_536, 32_768].flatMap { (n: UInt32) in n.bigEndianBytes }
                let host = "host".asSSHString + UInt32(22).bigEndianBytes
                try await peer.send([head, head + host, head + host + host, [90]])
                try await peer.send([head + [255, 255, 255, 255] + host])
            }
        },
        before("messages for channels that there are not", confused) { peer, _ in
            for message in 91...100 as ClosedRange<UInt8> {
                let head = SSHPeer.message(message, 4_711)
                try await peer.send([head, head + "exit-status".asSSHString + [1, 0, 0, 0, 0]])
            }
            try await peer.send([SSHPeer.exitStatus(4_711, 0)])
        },
        before("messages that are cut short") { peer, channel in
            for message in 80...100 as ClosedRange<UInt8> where ![97, 99, 100].contains(message) {
                try await peer.send([[message], [message, 0, 0]])
            }
            let request = SSHPeer.message(98, channel)
            try await peer.send([request, request + [0, 0, 0, 11]])
            try await peer.send([
                request + [255, 255, 255, 255], request + [255, 255, 255, 247, 1],
            ])
            try await peer.send([request + "exit-status".asSSHString + [0]])
            try await peer.send([request + "exit-signal".asSSHString + [0]])
            try await peer.send([SSHPeer.message(95, channel), SSHPeer.message(94, channel)])
        },
        before("message numbers that nobody knows", confused) { peer, _ in
            for message in [0, 7, 8, 29, 49, 79, 127, 192, 255] as [UInt8] {
                try await peer.send([[message], [message] + "something".asSSHString])
            }
        },
    ]

    private static let tooMuch: Set<Verdict> = [.failed(.protocolViolation), unproven]

    private static let floods: [HostileFault] = [
        before("answers to nothing without end", tooMuch, within: .seconds(30)) { peer, channel in
            let success = [[UInt8]](
                repeating: SSHPeer.message(99, channel) + [UInt8](repeating: 0, count: 30_000),
                count: 8
            )
            while true { try await peer.send(success) }
        },
        before("signals' long names without end", tooMuch, within: .seconds(30)) { peer, channel in
            let name = [UInt8](repeating: 0x41, count: 32_000).asSSHString
            while true { try await peer.send(SSHPeer.exitSignal(channel, name)) }
        },
    ]

    private static let windows: [HostileFault] = [
        HostileFault(
            "no window for ever",
            [.failed(.deadlineExceeded)],
            within: .seconds(20),
            input: .bytes([1]),
            deadline: .seconds(1)
        ) { peer, begin in
            try await peer.logIn()
            peer.window = 0
            let (channel, text) = try await peer.serve(untilCommandWith: command)
            begin()
            try await peer.send(SSHPeer.message(99, channel))
            _ = try await peer.serve(untilCommandWith: text)
        },
        HostileFault("the largest window, widened twice", [honest], input: .bytes([1, 2])) {
            peer,
            begin in
            try await peer.logIn()
            let (channel, text) = try await peer.serve(untilCommandWith: command)
            begin()
            let widening = SSHPeer.message(93, channel) + UInt32.max.bigEndianBytes
            let answer = try await peer.answer(to: text, on: channel)
            try await peer.send([widening, widening, answer.success])
            _ = try await peer.receive(94)
            try await peer.send(Array(answer.all.dropFirst()))
            try await peer.socket.waitForEnd()
        },
        instead("output beyond every window", [.failed(.protocolViolation)]) { channel, answer in
            // Nobody reads before the command is said to have started.
            let block = SSHPeer.output(channel, String(repeating: "x", count: 32_000))
            return .init(repeating: block, count: 100) + answer.all
        },
    ]

    private static func signal(_ name: String, _ bytes: [UInt8]) -> HostileFault {
        instead(
            "a signal \(name)",
            cutOff.union([.ended(.signaled("unknown"), output: "evil\n")])
        ) { channel, answer in
            [answer.success, answer.errors, answer.output, answer.eof]
                + [SSHPeer.exitSignal(channel, bytes), answer.close]
        }
    }

    private static let ends: [HostileFault] = [
        instead("a status for another channel", [.ended(.disconnected, output: "evil\n")]) {
            channel,
            answer in
            [answer.success, answer.errors, answer.output, answer.eof]
                + [SSHPeer.exitStatus(channel + 1, 3), answer.close]
        },
        instead("a status without a number", [.ended(.disconnected, output: "evil\n")]) {
            channel,
            answer in
            [answer.success, answer.errors, answer.output, answer.eof]
                + [SSHPeer.message(98, channel) + "exit-status".asSSHString + [0], answer.close]
        },
        signal("without a name", "".asSSHString),
        signal("whose name is a zero byte", [0].asSSHString),
        signal("whose name would clear the screen", "\u{1B}[2J".asSSHString),
        signal("with a name of 30,000 bytes", String(repeating: "A", count: 30_000).asSSHString),
        signal("whose name is longer than the packet", UInt32(5_000).bigEndianBytes + [0x41]),
        signal("with a name of 4 GiB", UInt32.max.bigEndianBytes + [0x41]),
        signal("with a name of almost 4 GiB", (UInt32.max - 1).bigEndianBytes + [0x41]),
    ]
}
