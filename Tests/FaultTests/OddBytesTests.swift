import Communicator
import SSHCommunicator
import TestSupport
import Testing

/// Row 25: bytes that are no text.
@Suite(.timeLimit(.minutes(2))) struct `Odd bytes in output` {
    /// Packer colours its output for whoever reads it.
    private static let plain = ["PACKER_NO_COLOR": "1"]

    @Test func `row 25: arrive one by one as they were written`() async throws {
        let ssh = try await DockerServer().connect()
        let communicators: [any Communicator] = [LocalCommunicator(), ssh]
        for communicator in communicators {
            let input = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 8 ^ $0) }
            let command = RemoteCmd("tee /dev/stderr", standardInput: .bytes(input))
            let outputs = try await communicator.run(command) { execution in
                var outputs: [[UInt8]] = [[], []]
                for try await chunk in execution.output {
                    switch chunk {
                    case .standardOutput(let bytes): outputs[0] += bytes
                    case .standardError(let bytes): outputs[1] += bytes
                    }
                }
                return outputs
            }
            #expect(outputs.value == [input, input])
        }
        await ssh.close()
    }

    @Test func `row 25: are shown to a person, and not to the terminal`() async throws {
        try await row(
            25,
            fault: "NUL, bytes that are no UTF-8, carriage returns, ESC, OSC and BEL in output",
            promise: "shown, and nothing that a terminal obeys is passed on",
            bound: .seconds(5)
        ) { row in
            let fixture = try await BuildFixture()
            let lines = [
                #"printf 'a\377\376b\303(c\r\n'"#,
                #"printf 'zero\000byte\n'"#,
                #"printf '\033]0;title\007\033[2J\033[31mred\033[0m\n'"#,
                #"printf 'first\rsecond\n'"#,
                // A character in two pieces.
                #"printf 'caf\303'; sleep 0.3; printf '\251\n'"#,
                "printf 'no end'",
            ]
            let ended = try await row.build(
                fixture,
                [row.script(lines)],
                environment: Self.plain
            )
            row.expect(ended.hasSucceeded, "ends with exit code 0", ended.said)
            let controls = ended.said.unicodeScalars.filter {
                $0.value < 0x20 && !["\n", "\t"].contains($0) || (0x7F..<0xA0).contains($0.value)
            }
            row.expect(controls.isEmpty, "no control byte", "\(controls)\n\(ended.said)")
            for text in [
                "a\u{FFFD}\u{FFFD}b\u{FFFD}(c\n", "zero\\x00byte\n", "\\x1b]0;title\\x07",
                "red\n", ": second\n", "café\n", ": no end\n",
            ] {
                row.expect(ended.said.contains(text), "shows what was written", ended.said)
            }
            try await fixture.remove()
        }
    }
}
