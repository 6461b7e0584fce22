import Foundation
import TestSupport
import Testing

/// Rows 22 to 24: much output through the whole program, as it is built for tests and so a fraction
/// of the rows' sizes; the rest is for `make soak` and `make bench`.
@Suite(.serialized, .timeLimit(.minutes(5))) struct `Much output of a script` {
    /// More than a build of this size may have in memory, whatever the script writes.
    private static let memory = 128 << 20

    /// Runs a script, reads what the subject says of it, and tells what came.
    private func read(
        _ lines: [String],
        row: Row,
        slowly seconds: Int = 0
    ) async throws -> OutputReader.Reading {
        let fixture = try await BuildFixture()
        let template = try fixture.template([fixture.builder()], [row.script(lines)])
        let reading = try await OutputReader.read(
            try row.program(fixture),
            ["build", "-color=false", template],
            slowly: seconds,
            within: row.limit + .seconds(60)
        )
        row.record(
            time: .seconds(reading.seconds),
            result: "\(reading.allLines) lines, \(reading.peak >> 20) MiB of memory"
        )
        row.expect(reading.status == 0, "ends with exit code 0", "\(reading)")
        row.expect(reading.peak < Self.memory, "stays in memory", "\(reading)")
        try await fixture.remove()
        return reading
    }

    @Test func `row 22: 20 MB of lines arrive whole at a reader that is slow at first`()
        async throws
    {
        try await row(
            22,
            fault: "a script writes 20 MB of lines; 3 s long 1 MB/s of them are read",
            promise: "all of it arrives, in under 128 MiB of memory",
            bound: .seconds(40)
        ) { row in
            let line = "$(head -c 999 /dev/zero | tr '\\0' x)"
            let command = "yes \"\(line)\" | head -c 20000000"
            let reading = try await read([command], row: row, slowly: 3)
            row.expect(reading.bytes == 19_980_000, "all of it arrives", "\(reading)")
            row.expect(reading.lines == 20_000, "line by line", "\(reading)")
        }
    }

    @Test func `row 23: a line of 10 MiB arrives in pieces`() async throws {
        try await row(
            23,
            fault: "a script writes 10 MiB without a newline",
            promise: "all of it arrives, in pieces of 64 KiB and under 128 MiB of memory",
            bound: .seconds(15)
        ) { row in
            let reading = try await read(
                ["head -c 10485760 /dev/zero | tr '\\0' x"],
                row: row
            )
            row.expect(reading.bytes == 10_485_760, "all of it arrives", "\(reading)")
            row.expect(reading.longest <= 65_536, "in pieces of 64 KiB", "\(reading)")
        }
    }

    @Test func `row 24: 200,000 short lines keep their order`() async throws {
        try await row(
            24,
            fault: "a script writes 100,000 lines to each of its outputs",
            promise: "all of them arrive, in order",
            bound: .seconds(20)
        ) { row in
            let reading = try await read(
                ["seq -f 'o %.0f' 100000 & seq -f 'e %.0f' 100000 >&2 & wait"],
                row: row
            )
            row.expect(reading.output == 100_000, "standard output in order", "\(reading)")
            row.expect(reading.errors == 100_000, "standard error in order", "\(reading)")
        }
    }
}

/// A reader of a build's output in a process of its own, so that nothing of it is kept here.
enum OutputReader {
    /// What came.
    struct Reading: Decodable, Sendable {
        /// The program's exit code.
        var status: Int
        /// The most memory that it had, in bytes.
        var peak: Int
        var seconds: Double
        /// How many lines of `x` came, how many of these in all, and in the longest line.
        var lines: Int
        var bytes: Int
        var longest: Int
        /// The last number N of lines `o N` and of lines `e N`; -1 when one was out of order.
        var output: Int
        var errors: Int

        var allLines: Int { lines + max(0, output) + max(0, errors) }
    }

    private static let script = #"""
        import json, os, re, sys, time
        slow = int(sys.argv[1])
        reader, writer = os.pipe()
        actions = [(os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_CLOSE, reader)]
        start = time.monotonic()
        child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ, file_actions=actions)
        os.close(writer)
        read = lines = size = longest = 0
        last = {b"o": 0, b"e": 0}
        name = re.compile(rb"^(?:==>|   ) machine: ?")
        for line in os.fdopen(reader, "rb", 65536):
            read += len(line)
            if slow and time.monotonic() - start < slow:
                time.sleep(max(0, read / 1e6 - (time.monotonic() - start)))
            text = name.sub(b"", line.rstrip(b"\n"))
            if text[:1] == b"x" and not text.strip(b"x"):
                lines, size, longest = lines + 1, size + len(text), max(longest, len(text))
            elif text[:2] in (b"o ", b"e "):
                stream, number = text.split(b" ")
                last[stream] = int(number) if int(number) == last[stream] + 1 else -1
        _, status, usage = os.wait4(child, 0)
        print(json.dumps({
            "status": os.waitstatus_to_exitcode(status), "peak": usage.ru_maxrss * 1024,
            "seconds": time.monotonic() - start, "lines": lines, "bytes": size,
            "longest": longest, "output": last[b"o"], "errors": last[b"e"],
        }))
        """#

    /// Runs a program to its end and reads its output, for some seconds 1 MB/s of it at most.
    static func read(
        _ program: Program,
        _ arguments: [String],
        slowly seconds: Int,
        within limit: Duration
    ) async throws -> Reading {
        let reader = Program(
            "python3",
            ["-c", script, "\(seconds)", program.path] + program.arguments + arguments,
            environment: program.environment,
            directory: program.directory
        )
        let text = try await reader.succeed(within: limit)
        return try JSONDecoder().decode(Reading.self, from: Data(text.utf8))
    }
}
