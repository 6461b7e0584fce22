import Communicator
import TestSupport
import Testing

@testable import SSHCommunicator

@Suite struct LockedPrivateKeyTests {
    @Test(arguments: KeyCase.all.filter { $0.kind != "rsa-8192" })
    func `a key that is locked is known without its passphrase`(_ row: KeyCase) async throws {
        let maker = try KeyMaker()
        let path = try await row.make(in: maker)
        let text = try fileBytes(path)
        let locked = try SSHLockedPrivateKey(pem: text, name: path)
        #expect((locked != nil) == !row.passphrase.isEmpty)
        guard let locked else { return }
        #expect(try await locked.unlocked(with: "nope") == nil)
        #expect(try await locked.unlocked(with: "") == nil)
        let key = try await locked.unlocked(with: row.passphrase)
        let whole = try SSHPrivateKey(pem: text, name: path, passphrase: row.passphrase)
        #expect(key?.fingerprint == whole.fingerprint)
        #expect(key?.name == path)
        #expect("\(locked)" == path)
    }

    /// A key file that is locked, with what is in the open as given.
    private func file(rounds: UInt32 = 4, salt: Int = 16, blob: [UInt8]) -> [UInt8] {
        let kdf = [UInt8](repeating: 2, count: salt).asSSHString + rounds.bigEndianBytes
        let data =
            Array("openssh-key-v1\0".utf8) + "aes256-ctr".asSSHString + "bcrypt".asSSHString
            + kdf.asSSHString + [0, 0, 0, 1] + blob.asSSHString
            + [UInt8](repeating: 3, count: 160).asSSHString
        let words = ["-----BEGIN", "OPENSSH PRIVATE KEY-----", "-----END"]
        let body = Base64.encode(data)
        return Array("\(words[0]) \(words[1])\n\(body)\n\(words[2]) \(words[1])\n".utf8)
    }

    @Test func `what no passphrase makes good is refused without one`() throws {
        let ed25519 = "ssh-ed25519".asSSHString + [UInt8](repeating: 1, count: 32).asSSHString
        let small = "ssh-rsa".asSSHString + [UInt8]([3]).asSSHNumber
        let cases: [(text: [UInt8], words: String)] = [
            (file(rounds: 1_025, blob: ed25519), "1025 rounds"),
            (file(salt: 0, blob: ed25519), "make no sense"),
            (file(blob: "ssh-dss".asSSHString), "ssh-dss"),
            (file(blob: "sk-ssh-ed25519@openssh.com".asSSHString), "security key"),
            (
                file(blob: small + [UInt8](repeating: 0x7F, count: 64).asSSHNumber),
                "511 bits"
            ),
            (file(blob: small), "cut off"),
            (Array("no key at all".utf8), "PRIVATE KEY"),
        ]
        for (text, words) in cases {
            let error = #expect(throws: CommunicatorError.self) {
                _ = try SSHLockedPrivateKey(pem: text, name: "file")
            }
            #expect(error?.detail.contains(words) == true, "\(words): \(error?.detail ?? "")")
        }
        #expect(try SSHLockedPrivateKey(pem: file(blob: ed25519), name: "file") != nil)
    }
}
