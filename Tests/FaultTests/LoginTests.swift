import Foundation
import TestSupport
import Testing

@Suite("Rows 13 to 15: logins")
struct LoginTests {
    /// Builds with some login, and expects an end and some words.
    private func build(
        _ row: Row,
        _ server: FaultServer,
        _ fixture: BuildFixture,
        _ login: [String: Any],
        agent: String = "",
        succeeds: Bool = false,
        saying words: [String: String] = [:]
    ) async throws {
        var builder = fixture.builder()
        builder["ssh_private_key_file"] = nil
        let ended = try await row.build(
            fixture,
            builder: builder.merging(login) { $1 },
            [row.script(["true"])],
            environment: ["SSH_AUTH_SOCK": agent]
        )
        if succeeds {
            row.expect(ended.hasSucceeded, "the build succeeds", ended.said)
        } else {
            row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
        }
        for (text, promise) in words {
            row.expect(ended.said.contains(text), promise, ended.said)
        }
        try await row.expectClean(fixture, ended, server)
    }

    @Test(arguments: [("password", "expired"), ("key", "expired"), ("questions", "expired-asks")])
    func `row 13: an expired password is told as such`(way: String, user: String) async throws {
        try await row(
            13,
            fault: "the user's password has expired, login by \(way)",
            promise: "told as such",
            bound: .seconds(2)
        ) { row in
            try await row.withServer(like: .logins) { server, fixture in
                var login: [String: Any] = ["ssh_username": user]
                if way == "key" {
                    login["ssh_private_key_file"] = server.server.privateKeyPath
                } else {
                    login["ssh_password"] = "packer"
                }
                try await build(
                    row,
                    server,
                    fixture,
                    login,
                    saying: ["expired": "the cause is named"]
                )
            }
        }
    }

    @Test func `row 14: an RSA key logs in`() async throws {
        let key = try KeyMaker()
        try await row(
            14,
            fault: "an RSA key, and a server that takes SHA-2 signatures only",
            promise: "logs in, whatever the version of libssh2",
            bound: .seconds(2)
        ) { row in
            let path = try await key.key("rsa-2048")
            try await row.withServer { server, fixture in
                try await server.server.authorize("\(path).pub")
                let login = ["ssh_private_key_file": path]
                try await build(row, server, fixture, login, succeeds: true)
            }
        }
    }

    @Test(arguments: ["locked", "cut short", "readable by everybody"])
    func `row 15: a key that cannot be used is told before the server is asked`(
        kind: String
    ) async throws {
        let maker = try KeyMaker()
        let isUsable = kind == "readable by everybody"
        try await row(
            15,
            fault: "the key is \(kind)\(kind == "locked" ? ", no passphrase is given" : "")",
            promise: isUsable ? "logs in, as with Packer" : "told, and nothing is sent",
            bound: .seconds(1)
        ) { row in
            let path = try await maker.key("ed25519", passphrase: kind == "locked" ? "words" : "")
            try await row.withServer { server, fixture in
                try await server.server.authorize("\(path).pub")
                if kind == "cut short" {
                    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
                    try whole.prefix(200).write(to: URL(fileURLWithPath: path))
                }
                if isUsable { try await Program("chmod").succeed(["644", path]) }
                try await build(
                    row,
                    server,
                    fixture,
                    ["ssh_private_key_file": path],
                    succeeds: isUsable,
                    saying: isUsable ? [:] : [path: "the key is named"]
                )
                if !isUsable {
                    row.expect(try await !server.hasSeenLogin(), "no login was tried")
                }
            }
        }
    }

    @Test func `row 15: the 60th of 100 keys of an agent logs in where few may be tried`()
        async throws
    {
        let keys = try TemporaryDirectory()
        try await Program("sh").succeed([
            "-c",
            "for i in $(seq 100); do ssh-keygen -q -t ed25519 -N '' -f '\(keys.path)'/$i; done",
        ])
        try await withAgent(holding: (1...100).map { keys["\($0)"] }) { agent in
            try await row(
                15,
                fault: "an agent with 100 keys, the 60th is right, and `MaxAuthTries 6`",
                promise: "logs in, over several connections; 64 keys are tried at most",
                bound: .seconds(20)
            ) { row in
                try await row.withServer(options: ["MaxAuthTries 6"]) { server, fixture in
                    try await server.server.authorize(keys["60.pub"])
                    let login = ["ssh_agent_auth": true]
                    try await build(row, server, fixture, login, agent: agent, succeeds: true)
                }
            }
        }
    }
}
