import Communicator
import Foundation
import TestSupport
import Testing

@testable import SSHCommunicator

/// One row of the key matrix.
struct KeyCase: Sendable, CustomStringConvertible {
    let kind: String
    let format: KeyMaker.Format
    let passphrase: String
    var description: String { "\(kind) \(format) \(passphrase.isEmpty ? "open" : "locked")" }

    static let all: [KeyCase] = {
        var rows: [KeyCase] = []
        for kind in ["ed25519", "ecdsa-256", "ecdsa-384", "ecdsa-521", "rsa-2048", "rsa-3072"] {
            for format in KeyMaker.Format.allCases where format != .pem || kind != "ed25519" {
                for passphrase in ["", "open sesame é"] {
                    rows.append(KeyCase(kind: kind, format: format, passphrase: passphrase))
                }
            }
        }
        return rows + [KeyCase(kind: "rsa-8192", format: .openssh, passphrase: "")]
    }()

    func make(in maker: KeyMaker) async throws -> String {
        try await maker.key(kind, format, passphrase: passphrase)
    }
}

func fileBytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path)))
}

@Suite struct PrivateKeyTests {
    @Test(arguments: KeyCase.all.filter { $0.kind != "rsa-8192" })
    func `reads a key and finds the fingerprint that ssh-keygen finds`(_ row: KeyCase) async throws
    {
        let maker = try KeyMaker()
        let path = try await row.make(in: maker)
        let key = try SSHPrivateKey(
            pem: fileBytes(path),
            name: path,
            passphrase: row.passphrase.isEmpty ? nil : row.passphrase
        )
        let said = try await Program("ssh-keygen").succeed(["-l", "-f", "\(path).pub"])
        #expect(said.contains(key.fingerprint + " "))
        guard !row.passphrase.isEmpty else { return }
        let wrongs: [(String?, String)] = [
            (nil, "locked with"), ("", "locked with"), ("nope", "not unlock"),
        ]
        for (wrong, words) in wrongs {
            let error = #expect(throws: CommunicatorError.self) {
                _ = try SSHPrivateKey(pem: fileBytes(path), name: path, passphrase: wrong)
            }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.detail.contains(words) == true)
            #expect(error?.remedy?.contains("ssh_private_key_passphrase") == true)
        }
    }

    @Test(arguments: ["aes128-ctr", "aes192-cbc", "aes256-cbc", "aes256-gcm@openssh.com"])
    func `unlocks the ciphers that ssh-keygen knows`(cipher: String) async throws {
        let maker = try KeyMaker()
        let path = try await maker.key("ed25519", passphrase: "x", rounds: 16, cipher: cipher)
        let text = try fileBytes(path)
        #expect(try SSHPrivateKey(pem: text, name: path, passphrase: "x").type == "ssh-ed25519")
        #expect(throws: CommunicatorError.self) {
            _ = try SSHPrivateKey(pem: text, name: path, passphrase: "y")
        }
    }

    @Test(arguments: ["ed25519", "ecdsa-256", "rsa-2048"])
    func `a file cut off anywhere is an error`(kind: String) async throws {
        let maker = try KeyMaker()
        for format in KeyMaker.Format.allCases where format != .pem || kind != "ed25519" {
            let text = try fileBytes(try await maker.key(kind, format))
            // Without the last line break it is still whole.
            for count in 0..<text.count - 1 {
                #expect(throws: KeyFileError.self) {
                    _ = try PrivateKeyReader(Array(text.prefix(count)), passphrase: nil).read()
                }
            }
        }
    }

    @Test(arguments: ["ed25519", "ecdsa-521", "rsa-2048"])
    func `a key cut off or changed inside its armor is an error`(kind: String) async throws {
        let maker = try KeyMaker()
        let text = String(decoding: try fileBytes(try await maker.key(kind)), as: UTF8.self)
        let body = text.split(separator: "\n").dropFirst().dropLast().joined()
        let data = try #require(Base64.decode(body.utf8))
        for count in 0..<data.count {
            #expect(throws: KeyFileError.self) {
                _ = try OpenSSHKeyFile(Array(data.prefix(count))).keyPair(passphrase: nil)
            }
        }
        let whole = try OpenSSHKeyFile(data).keyPair(passphrase: nil).publicKey
        for index in data.indices {
            var changed = data
            changed[index] ^= 0xFF
            // A comment may say anything; a key that is taken all the same is the right one.
            let key = try? OpenSSHKeyFile(changed).keyPair(passphrase: nil)
            if let key { #expect(key.publicKey == whole) }
        }
    }

    @Test func `a file that wants too much work is refused at once`() throws {
        func file(rounds: UInt32) -> [UInt8] {
            let blob = "ssh-ed25519".asSSHString + [UInt8](repeating: 1, count: 32).asSSHString
            let kdf = [UInt8](repeating: 2, count: 16).asSSHString + rounds.bigEndianBytes
            return Array("openssh-key-v1\0".utf8) + "aes256-ctr".asSSHString
                + "bcrypt".asSSHString + kdf.asSSHString + [0, 0, 0, 1] + blob.asSSHString
                + [UInt8](repeating: 3, count: 160).asSSHString
        }
        for rounds in [0, 1_025, 1 << 31, UInt32.max] {
            #expect(throws: KeyFileError.self) {
                _ = try OpenSSHKeyFile(file(rounds: rounds)).keyPair(passphrase: "x")
            }
        }
        #expect(throws: KeyFileError.wrongPassphrase) {
            _ = try OpenSSHKeyFile(file(rounds: 1)).keyPair(passphrase: "x")
        }
        #expect(throws: KeyFileError("it is larger than 1 MiB")) {
            let text = [UInt8](repeating: 65, count: 1_048_577)
            _ = try PrivateKeyReader(text, passphrase: nil).read()
        }
    }

    @Test func `a PKCS#8 file that wants too many iterations is refused at once`() async throws {
        let maker = try KeyMaker()
        let path = try await maker.key("ed25519", .pkcs8)
        let locked = path + ".many"
        try await Program("openssl").succeed([
            "pkcs8", "-topk8", "-iter", "5000", "-in", path, "-out", locked, "-passout", "pass:x",
        ])
        let text = try fileBytes(locked)
        let enough = PrivateKeyReader(text, passphrase: "x", iterationLimit: 5_000)
        #expect(try enough.read().publicKey.type == "ssh-ed25519")
        // libcrypto passes over what it does not know, and so must who counts.
        let other = "-----BEGIN X PRIVATE KEY-----\nAAAA\n-----END X PRIVATE KEY-----\n"
        for file in [text, Array(other.utf8) + text] {
            #expect(throws: KeyFileError("it wants its passphrase hashed 5000 times")) {
                _ = try PrivateKeyReader(file, passphrase: "x", iterationLimit: 4_999).read()
            }
        }
    }

    @Test(arguments: [
        ("", "PRIVATE KEY"), ("ssh-ed25519 AAAA me", "public key"),
        ("ssh-ed25519-cert-v01@openssh.com AAAA me", "certificate"),
        ("PuTTY-User-Key-File-3: ssh-ed25519", "PuTTY"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA", "cut off"),
        ("-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\n", "no private key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\n!!\n-----END OPENSSH PRIVATE KEY-----", "base64"),
    ])
    func `says what a file is that holds no private key`(text: String, words: String) {
        let error = #expect(throws: CommunicatorError.self) {
            _ = try SSHPrivateKey(pem: Array(text.utf8), name: "file")
        }
        #expect(error?.detail.contains(words) == true, "\(error?.detail ?? "")")
    }

    @Test func `keys that cannot log in are refused with the reason`() async throws {
        for type in ["sk-ssh-ed25519@openssh.com", "ssh-ed25519-cert-v01@openssh.com", "ssh-dss"] {
            let secret = [UInt8](repeating: 0, count: 8)
            let data =
                Array("openssh-key-v1\0".utf8) + "none".asSSHString + "none".asSSHString
                + [0, 0, 0, 0] + [0, 0, 0, 1] + type.asSSHString.asSSHString + secret.asSSHString
            let error = #expect(throws: KeyFileError.self) {
                _ = try OpenSSHKeyFile(data).keyPair(passphrase: nil)
            }
            #expect(error?.detail.contains(type) == true)
        }
        let maker = try KeyMaker()
        let path = maker.directory["weak"]
        try await Program("openssl").succeed(["genrsa", "-out", path, "768"])
        let error = #expect(throws: CommunicatorError.self) {
            _ = try SSHPrivateKey(pem: fileBytes(path), name: path)
        }
        #expect(error?.detail.contains("768 bits") == true)
    }
}
