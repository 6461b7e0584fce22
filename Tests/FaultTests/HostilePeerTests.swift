import Communicator
import TestSupport
import Testing

/// Rows 2 and 19: servers that break the rules of SSH, one rule each.
@Suite(.serialized, .timeLimit(.minutes(5))) struct `A hostile SSH server` {
    @Test func `row 2: that greets like no SSH server is told from one`() async throws {
        try await meet(
            HostileFault.greetings,
            row: 2,
            fault: "garbage, lines, zero bytes or an identification without end",
            promise: "left at once, as no SSH server; what RFC 4253 allows is taken"
        )
    }

    @Test func `row 2: that greets byte by byte is waited for as long as ssh_timeout`()
        async throws
    {
        try await row(
            2,
            fault: "one byte of a greeting every 0.5 s, for ever",
            promise: "the build fails when ssh_timeout (5 s) is over",
            bound: .seconds(6)
        ) { row in
            try await PeerServer.serving { socket in
                while true {
                    try await socket.write([0x61])
                    try await Task.sleep(for: .milliseconds(500))
                }
            } _: { server in
                let fixture = try await BuildFixture()
                let builder = self.builder(server)
                let ended = try await row.build(fixture, builder: builder, [])
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                row.expect(ended.time >= .seconds(5), "not before its time", "\(ended.time)")
                try await fixture.remove()
            }
        }
    }

    @Test func `row 19: that breaks the rules before the login brings none`() async throws {
        try await meet(
            HostileFault.handshakes,
            row: 19,
            fault: "a broken rule, or DISCONNECT, at every step up to the login",
            promise: "told as what it is, and never taken for a login or a host key"
        )
    }

    @Test func `row 19: that breaks the rules of a command is ignored or left, never believed`()
        async throws
    {
        try await meet(
            HostileFault.sessions,
            row: 19,
            fault: "a broken rule, a flood, or DISCONNECT, at every step after the login",
            promise: "ignored as RFC 4254 says, or told; never a success without its status",
            packer: .cannot("it first uploads a script, which the scripted server does not take")
        )
    }

    /// Meets one server after the other; the slowest end goes into the table.
    private func meet(
        _ faults: [HostileFault],
        row number: Int,
        fault: String,
        promise: String,
        packer: PackerTurn = .runs
    ) async throws {
        try await row(
            number,
            fault: "\(fault) (\(faults.count) servers)",
            promise: promise,
            bound: .seconds(1),
            packer: packer
        ) { row in
            var slowest = Duration.zero
            var kept = 0
            for fault in faults {
                let (isKept, time, said) =
                    row.subject == .packer
                    ? try await build(fault, row) : try await happen(fault)
                row.expect(isKept, fault.name, said)
                kept += isKept ? 1 : 0
                // Those that take long by themselves are measured elsewhere.
                if fault.limit <= HostileFault.usualLimit { slowest = max(slowest, time) }
            }
            row.record(time: slowest, result: "\(kept) of \(faults.count) as promised")
        }
    }

    private func happen(_ fault: HostileFault) async throws -> (Bool, Duration, String) {
        let (verdict, detail, time) = try await fault.happen()
        let said = "\(verdict) after \(time): \(detail)"
        return (fault.allowed.contains(verdict) && time < fault.limit, time, said)
    }

    /// A build without provisioners: it is to fail where there is no login.
    private func build(_ fault: HostileFault, _ row: Row) async throws -> (Bool, Duration, String) {
        try await PeerServer.serving { socket in
            try await fault.script(SSHPeer(socket)) {}
        } _: { server in
            let fixture = try await BuildFixture()
            let builder = self.builder(server)
            let ended = try await row.build(fixture, builder: builder, [])
            try await fixture.remove()
            let isKept = fault.isHonest ? ended.hasSucceeded : ended.hasFailed
            return (isKept, ended.time, ended.said)
        }
    }

    private func builder(_ server: PeerServer) -> [String: Any] {
        [
            "type": "null", "name": "machine", "communicator": "ssh", "ssh_host": "127.0.0.1",
            "ssh_port": Int(server.port), "ssh_username": "somebody", "ssh_password": "something",
            "ssh_timeout": "5s",
        ]
    }
}
