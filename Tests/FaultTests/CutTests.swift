import TestSupport
import Testing

@Suite("Row 21: output that is cut")
struct CutTests {
    @Test(arguments: [
        (FaultProxy.Fault.reset, "reset"), (.finish, "ended"), (.flip, "falsified by one bit"),
    ])
    func `row 21: what came before a cut is whole, and the cut is told at once`(
        fault: FaultProxy.Fault,
        name: String
    ) async throws {
        try await row(
            21,
            fault: "the connection is \(name) after 20,000 bytes of output",
            promise: "told as lost at once; what was shown is a prefix of the output",
            bound: .seconds(1)
        ) { row in
            try await row.withServer { server, fixture in
                let proxy = try await FaultProxy(
                    port: server.server.port,
                    [.init(fault, .toClient, at: 20_000, isForEvery: true)]
                )
                try await withFaultProxy(proxy) { proxy in
                    // The output comes once its beginning was shown: one packet could hold both.
                    let script = [
                        "mkfifo /home/packer/more", "echo it has begun",
                        "read word </home/packer/more", "rm /home/packer/more", "seq 100000",
                        "sleep 3600",
                    ]
                    let ended = try await row.build(
                        fixture,
                        builder: fixture.builder(port: proxy.port),
                        [row.script(script)],
                        at: "it has begun"
                    ) { _ in
                        try await server.server.exec("echo now >/home/packer/more")
                    }
                    row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                    row.expect(proxy.passed(.toClient) >= 20_000, "the cut has happened")
                    let numbers = ended.said.matches(of: /machine: ([0-9]+)\n/)
                        .compactMap { Int($0.1) }
                    let isPrefix = numbers == numbers.indices.map { $0 + 1 }
                    row.expect(isPrefix, "what was shown is a prefix", ended.said)
                    try await row.expectClean(fixture, ended, server)
                }
            }
        }
    }
}
