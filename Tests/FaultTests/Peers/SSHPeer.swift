import Communicator
import TestSupport

@testable import SSHCommunicator

/// The server's side of SSH on one connection, packet by packet: honest until it is told otherwise.
///
/// One algorithm of each kind: curve25519-sha256, ssh-ed25519, aes128-ctr, hmac-sha2-256.
final class SSHPeer {
    /// The client did not do what an SSH client does here.
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    static let identification = "SSH-2.0-OpenSSH_9.2p1"
    private static let hostKey = Result {
        try KeyPair.ed25519(seed: (0..<32).map { _ in .random(in: 0...255) })
    }

    let socket: PeerSocket
    /// The client's identification and its KEXINIT, as they came.
    private var clientLine: [UInt8] = []
    private var clientProposal: [UInt8] = []
    private var sealing: PeerCipher?
    private var opening: PeerCipher?
    private var sent: UInt32 = 0
    private var taken: UInt32 = 0
    /// The client's numbers of its channels, by this side's.
    var channels: [UInt32: UInt32] = [:]
    /// How much the client may send at once on the next channel.
    var window: UInt32 = 2_097_152

    init(_ socket: PeerSocket) { self.socket = socket }

    // MARK: Packets

    /// The payload of the client's next packet.
    func receive() async throws -> [UInt8] {
        defer { taken &+= 1 }
        guard let opening else {
            let length = Self.number(try await socket.read(4))
            let packet = try await socket.read(length)
            return Array(packet.dropFirst().dropLast(Int(packet[0])))
        }
        let first = opening.apply(try await socket.read(PeerCipher.block))
        let left = Self.number(Array(first.prefix(4))) + 4 - PeerCipher.block
        let packet = first + opening.apply(try await socket.read(left))
        let tag = try await socket.read(PeerCipher.tag)
        guard tag == opening.tag(of: packet, number: taken) else {
            throw Unexpected(description: "the client's MAC is wrong")
        }
        return Array(packet.dropFirst(5).dropLast(Int(packet[4])))
    }

    /// The next packet that is of a kind; all others are dropped.
    func receive(_ message: UInt8) async throws -> [UInt8] {
        while true {
            let payload = try await receive()
            if payload.first == message { return payload }
        }
    }

    /// Sends payloads, each in a packet of its own and all of them at once.
    func send(_ payloads: [UInt8]...) async throws { try await send(payloads) }

    func send(_ payloads: [[UInt8]]) async throws {
        try await socket.write(payloads.flatMap { seal($0) })
    }

    /// A packet as it goes over the wire; its number is used up.
    func seal(
        _ payload: [UInt8],
        length: UInt32? = nil,
        paddingLength: UInt8? = nil,
        isTagRight: Bool = true
    ) -> [UInt8] {
        defer { sent &+= 1 }
        let block = sealing == nil ? 8 : PeerCipher.block
        var padding = block - (5 + payload.count) % block
        if padding < 4 { padding += block }
        let size = length ?? UInt32(1 + payload.count + padding)
        let packet =
            size.bigEndianBytes + [paddingLength ?? UInt8(padding)] + payload
            + [UInt8](repeating: 0, count: padding)
        guard let sealing else { return packet }
        var tag = sealing.tag(of: packet, number: sent)
        if !isTagRight { tag[0] ^= 1 }
        return sealing.apply(packet) + tag
    }

    private static func number(_ bytes: [UInt8]) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    // MARK: Key exchange

    /// Greets, and waits for the client's greeting.
    func greet(_ line: String = "\(identification)\r\n") async throws {
        try await socket.write(Array(line.utf8))
        clientLine = try await socket.line()
    }

    /// What this side proposes.
    static func proposal(
        _ lists: [String] = [
            "curve25519-sha256,curve25519-sha256@libssh.org", "ssh-ed25519", "aes128-ctr",
            "aes128-ctr", "hmac-sha2-256", "hmac-sha2-256", "none", "none", "", "",
        ]
    ) -> [UInt8] {
        [20] + [UInt8](repeating: 7, count: 16) + lists.flatMap(\.asSSHString) + [0, 0, 0, 0, 0]
    }

    /// Exchanges keys; `between` may send more before the answer and before NEWKEYS.
    func exchangeKeys(
        line: String = identification,
        beforeReply: () async throws -> Void = {},
        beforeNewKeys: () async throws -> Void = {}
    ) async throws {
        let proposal = Self.proposal()
        try await send(proposal)
        clientProposal = try await receive(20)
        let theirs = Array(try await receive(30).dropFirst(5))
        try await beforeReply()
        let (own, shared) = try PeerCrypto.curve25519(with: theirs)
        let hostKey = try Self.hostKey.get()
        let secret = shared.asSSHNumber
        let parts: [[UInt8]] = [
            clientLine.asSSHString, line.asSSHString, clientProposal.asSSHString,
            proposal.asSSHString, hostKey.publicKey.blob.asSSHString, theirs.asSSHString,
            own.asSSHString, secret,
        ]
        let hash = Crypto.sha256(parts.flatMap { $0 })
        let signature = try hostKey.signature(of: hash, .ed25519)
        let signed = "ssh-ed25519".asSSHString + signature.asSSHString
        try await send(
            [31] + hostKey.publicKey.blob.asSSHString + own.asSSHString + signed.asSSHString
        )
        try await beforeNewKeys()
        try await send([21])
        func key(_ letter: Character, _ count: Int) -> [UInt8] {
            let text = secret + hash + Array(String(letter).utf8) + hash
            return Array(Crypto.sha256(text).prefix(count))
        }
        sealing = try PeerCipher(key: key("D", 16), iv: key("B", 16), secret: key("F", 32))
        _ = try await receive(21)
        opening = try PeerCipher(key: key("C", 16), iv: key("A", 16), secret: key("E", 32))
    }

    // MARK: Login

    /// Waits for the client to ask for the login service, and gives it.
    func startLogin() async throws {
        _ = try await receive(5)
        try await send([6] + "ssh-userauth".asSSHString)
    }

    /// Takes any password.
    func acceptLogin() async throws {
        while true {
            let request = try await receive(50)
            let isPassword = request.firstRange(of: "password".asSSHString) != nil
            try await send(isPassword ? [52] : Self.loginRefusal)
            if isPassword { return }
        }
    }

    static let loginRefusal: [UInt8] = [51] + "password".asSSHString + [0]

    /// Everything up to a login that worked.
    func logIn() async throws {
        try await greet()
        try await exchangeKeys()
        try await startLogin()
        try await acceptLogin()
    }
}
