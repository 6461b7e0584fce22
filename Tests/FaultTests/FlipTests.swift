import Communicator
import SSHCommunicator
import TestSupport
import Testing

@Suite("Row 21: bits that flip anywhere")
struct FlipTests {
    /// How many bytes pass each way while `seq 20000` is run.
    private static let lengths: [(FaultProxy.Direction, Int)] = [
        (.toClient, 100_000), (.toServer, 4_000),
    ]

    @Test func `row 21: a bit that flips anywhere never becomes output or a success`()
        async throws
    {
        let seed = UInt64.random(in: 0 ... .max)
        let expected = Array((1...20_000).map { "\($0)\n" }.joined().utf8)
        try await row(
            21,
            fault: "a bit flips at a random byte of the connection, 10 times each way",
            promise:
                "what arrives is a prefix, nothing that is cut is a success, no socket is left",
            packer: .cannot("the library is the subject")
        ) { row in
            try await row.withServer { server, _ in
                var random = SplitMix(seed: seed)
                for (direction, length) in Self.lengths {
                    for _ in 0..<10 {
                        let byte = Int.random(in: 0..<length, using: &random)
                        let what = "byte \(byte) \(direction), seed \(seed)"
                        try await within(.seconds(120), "the end with \(what)") {
                            try await flip(row, server, direction, byte, expected, what)
                        }
                    }
                }
            }
            row.record(result: "20 flips")
        }
    }

    private func flip(
        _ row: Row,
        _ server: FaultServer,
        _ direction: FaultProxy.Direction,
        _ byte: Int,
        _ expected: [UInt8],
        _ what: String
    ) async throws {
        let proxy = try await FaultProxy(
            port: server.server.port,
            [.init(.flip, direction, at: byte)]
        )
        try await withFaultProxy(proxy) { proxy in
            var configuration = try server.server.configuration()
            configuration.port = UInt16(proxy.port)
            // A flip in the handshake costs an attempt; one in a packet's length makes the server
            // wait for the rest of it, until the attempt is over.
            configuration.timeout = .seconds(90)
            let ssh = try await SSHCommunicator.connect(configuration)
            let result = try? await ssh.run(RemoteCmd("seq 20000; exit 5")) { execution in
                var output: [UInt8] = []
                for try await case .standardOutput(let bytes) in execution.output {
                    output += bytes
                }
                return output
            }
            if let result {
                row.expect(expected.starts(with: result.value), "a prefix", what)
                let isWhole = result.status == .exited(5) && result.value == expected
                row.expect(isWhole || result.status == .disconnected, "whole or lost", what)
            }
            await ssh.close()
            let port = proxy.port
            try await eventually("no socket is left after \(what)", within: .seconds(2)) {
                try OpenSockets.count(to: port) == 0
            }
        }
    }
}
