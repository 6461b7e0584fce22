import Communicator
import TestSupport

extension HostileFault {
    /// Row 2: what a server says before any packet.
    static let greetings: [HostileFault] = [
        endless("garbage without end") { random in
            (0..<4_096).map { _ in UInt8.random(in: 0...255, using: &random) }
        },
        endless("lines without end") { _ in Array("hello\r\n".utf8) },
        endless("zero bytes without end") { _ in [UInt8](repeating: 0, count: 4_096) },
        endless("one line without end") { _ in [UInt8](repeating: 0x61, count: 4_096) },
        endless("an identification without end", after: "SSH-2.0-") { _ in
            [UInt8](repeating: 0x61, count: 100)
        },
        HostileFault("an identification of 256 bytes", [.failed(.protocolViolation)]) {
            peer,
            begin in
            begin()
            try await peer.greet("SSH-2.0-" + String(repeating: "a", count: 246) + "\r\n")
            try await peer.exchangeKeys()
        },
        lines("1,025 lines before the identification", 1_025, [.failed(.protocolViolation)]),
        lines("1,024 lines before the identification", 1_024, [honest]),
        HostileFault("an identification without a carriage return", [honest]) { peer, begin in
            begin()
            try await peer.greet("\(SSHPeer.identification)\n")
            try await peer.continueHonestly()
        },
        HostileFault("SSH 1", [.failed(.handshakeFailed), .failed(.disconnected)]) { peer, begin in
            begin()
            try await peer.greet("SSH-1.5-old\r\n")
        },
    ]

    private static func endless(
        _ name: String,
        after beginning: String = "",
        _ block: @escaping @Sendable (inout SplitMix) -> [UInt8]
    ) -> HostileFault {
        HostileFault(name, [.failed(.protocolViolation), .failed(.handshakeFailed)]) {
            peer,
            begin in
            begin()
            var random = SplitMix(seed: 2)
            try await peer.socket.write(Array(beginning.utf8))
            while true { try await peer.socket.write(block(&random)) }
        }
    }

    private static func lines(
        _ name: String,
        _ count: Int,
        _ allowed: Set<Verdict>
    ) -> HostileFault {
        HostileFault(name, allowed) { peer, begin in
            begin()
            let lines = String(repeating: "hello\r\n", count: count)
            try await peer.greet(lines + "\(SSHPeer.identification)\r\n")
            try await peer.continueHonestly()
        }
    }
}

extension SSHPeer {
    /// Everything after the greeting as an honest server does it, to the end of the command.
    func continueHonestly() async throws {
        try await exchangeKeys()
        try await startLogin()
        try await acceptLogin()
        let (channel, text) = try await serve(untilCommandWith: HostileFault.command)
        try await send(try await answer(to: text, on: channel).all)
        try await socket.waitForEnd()
    }
}
