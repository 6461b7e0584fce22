import Communicator
import TestSupport

@testable import SSHCommunicator

extension HostileFault {
    /// Row 19, up to the login.
    static let handshakes: [HostileFault] = leavings + keyExchanges + packets + logins

    private static let lost: Set<Verdict> = [.failed(.disconnected), .failed(.handshakeFailed)]

    private static let leavings: [HostileFault] = [
        HostileFault("DISCONNECT instead of KEXINIT", lost) { peer, begin in
            try await peer.greet()
            begin()
            try await peer.leave()
        },
        HostileFault("DISCONNECT in the key exchange", lost) { peer, begin in
            try await peer.greet()
            try await peer.exchangeKeys(beforeReply: {
                begin()
                try await peer.leave()
            })
        },
        HostileFault("DISCONNECT instead of NEWKEYS", lost) { peer, begin in
            try await peer.greet()
            try await peer.exchangeKeys(beforeNewKeys: {
                begin()
                try await peer.leave()
            })
        },
        HostileFault("DISCONNECT after NEWKEYS", lost) { peer, begin in
            try await peer.greet()
            try await peer.exchangeKeys()
            begin()
            try await peer.leave()
        },
        HostileFault("DISCONNECT instead of an answer to the login", [.failed(.disconnected)]) {
            peer,
            begin in
            try await peer.greet()
            try await peer.exchangeKeys()
            try await peer.startLogin()
            _ = try await peer.receive(50)
            begin()
            try await peer.leave()
        },
    ]

    /// A KEXINIT after which an honest server would go on.
    private static func proposal(
        _ name: String,
        _ allowed: Set<Verdict>,
        _ payload: [UInt8]
    ) -> HostileFault {
        HostileFault("KEXINIT with \(name)", allowed) { peer, begin in
            try await peer.greet()
            begin()
            try await peer.send(payload)
            try await peer.socket.waitForEnd()
        }
    }

    private static let empty = [UInt8]([20] + [UInt8](repeating: 0, count: 16))

    private static let keyExchanges: [HostileFault] = [
        proposal(
            "ten empty lists",
            [.failed(.noCommonAlgorithm)],
            SSHPeer.proposal(.init(repeating: "", count: 10))
        ),
        proposal(
            "17,000 names in a list",
            [.failed(.noCommonAlgorithm)],
            SSHPeer.proposal(
                [String(repeating: "a,", count: 17_000)] + .init(repeating: "a", count: 9)
            )
        ),
        proposal(
            "a list of commas",
            [.failed(.noCommonAlgorithm)],
            SSHPeer.proposal(
                [String(repeating: ",", count: 35_000)] + .init(repeating: "", count: 9)
            )
        ),
        proposal(
            "a list of 4 GiB",
            [.failed(.handshakeFailed), .failed(.disconnected)],
            empty + [255, 255, 255, 255] + Array("curve25519-sha256".utf8)
        ),
        proposal("no lists", [.failed(.handshakeFailed), .failed(.disconnected)], empty),
        proposal(
            "nothing at all",
            [.failed(.handshakeFailed), .failed(.disconnected)],
            [20]
        ),
        HostileFault("a host key that signed something else", lost) { peer, begin in
            // It tells the client another greeting than the one that it signs.
            try await peer.greet()
            begin()
            try await peer.exchangeKeys(line: "SSH-2.0-somebody-else")
            try await peer.startLogin()
        },
        HostileFault("USERAUTH_SUCCESS before any keys", [.failed(.protocolViolation)]) {
            peer,
            begin in
            try await peer.greet()
            begin()
            try await peer.send([52])
            try await peer.continueHonestly()
        },
    ]

    private static func packet(
        _ name: String,
        _ make: @escaping @Sendable (SSHPeer) -> [UInt8]
    ) -> HostileFault {
        HostileFault("a packet \(name)", [.failed(.disconnected), .failed(.handshakeFailed)]) {
            peer,
            begin in
            try await peer.greet()
            try await peer.exchangeKeys()
            begin()
            try await peer.socket.write(make(peer))
            try await peer.socket.waitForEnd()
        }
    }

    private static let accepted = [6] + "ssh-userauth".asSSHString

    private static let packets: [HostileFault] = [
        packet("whose MAC is wrong") { $0.seal(accepted, isTagRight: false) },
        packet("of 4 GiB") { $0.seal(accepted, length: .max) },
        packet("of no bytes") { $0.seal(accepted, length: 0) },
        packet("of one byte") { $0.seal(accepted, length: 1) },
        packet("of a length that is no multiple of the block") { peer in
            peer.seal(accepted, length: 27) + [UInt8](repeating: 0, count: 64)
        },
        packet("with more padding than packet") { $0.seal(accepted, paddingLength: 255) },
        HostileFault("a packet of 4 GiB before any keys", [.failed(.protocolViolation)]) {
            peer,
            begin in
            try await peer.greet()
            begin()
            try await peer.socket.write([255, 255, 255, 255, 4, 20])
            try await peer.socket.waitForEnd()
        },
    ]

    private static let logins: [HostileFault] = [
        HostileFault("100,000 IGNORE before the login", [.failed(.protocolViolation)]) {
            peer,
            begin in
            try await peer.greet()
            try await peer.exchangeKeys()
            begin()
            for _ in 0..<100 { try await peer.send(.init(repeating: SSHPeer.ignore, count: 1_000)) }
            try await peer.startLogin()
            try await peer.socket.waitForEnd()
        },
        HostileFault("login banners without end", [.failed(.protocolViolation)]) { peer, begin in
            try await peer.greet()
            try await peer.exchangeKeys()
            try await peer.startLogin()
            begin()
            let banner = [53] + String(repeating: "hello\n", count: 100).asSSHString
            while true {
                try await peer.send([[UInt8]](repeating: banner + "".asSSHString, count: 9))
            }
        },
        HostileFault(
            "USERAUTH_SUCCESS before anybody asked for a login",
            // It lets in whoever it likes; that it did so early makes no difference to anybody.
            [honest, .failed(.disconnected), .failed(.protocolViolation)]
        ) { peer, begin in
            try await peer.greet()
            try await peer.exchangeKeys()
            begin()
            try await peer.send([52])
            try await peer.startLogin()
            let (channel, text) = try await peer.serve(untilCommandWith: command)
            try await peer.send(try await peer.answer(to: text, on: channel).all)
            try await peer.socket.waitForEnd()
        },
        HostileFault(
            "login methods that are 4 GiB long",
            [.failed(.disconnected), .failed(.authenticationFailed), .failed(.protocolViolation)]
        ) { peer, begin in
            try await peer.greet()
            try await peer.exchangeKeys()
            try await peer.startLogin()
            _ = try await peer.receive(50)
            begin()
            try await peer.send([51, 255, 255, 255, 255] + Array("password".utf8))
            try await peer.socket.waitForEnd()
        },
        HostileFault(
            "a service of another name, cut short",
            [.failed(.disconnected), .failed(.handshakeFailed)]
        ) { peer, begin in
            try await peer.greet()
            try await peer.exchangeKeys()
            begin()
            try await peer.send([6] + UInt32(12).bigEndianBytes)
            try await peer.socket.waitForEnd()
        },
    ]
}

extension SSHPeer {
    static let ignore = [2] + "something".asSSHString
    static let debug = [4, 1] + "something".asSSHString + "".asSSHString

    /// Says that the connection is over, and leaves the ending of it to the client.
    func leave() async throws {
        try await send(Self.disconnect)
        try await socket.waitForEnd()
    }
}
