import Foundation
import Processes
import TestSupport
import Testing

@Suite("Ctrl-C")
struct InterruptTests {
    @Test(arguments: [SIGINT, SIGTERM])
    func `in the middle of a script leaves no process and no file`(number: Int32) async throws {
        try await withBuildFixture { fixture in
            let marker = "3600.\(UInt32.random(in: 100_000 ... .max))"
            let template = try fixture.template(
                [fixture.builder()],
                [
                    [
                        "type": "shell", "remote_folder": fixture.remote,
                        "environment_vars": ["SECRET=confidential"],
                        "inline": ["echo it has begun", "sleep \(marker)"],
                    ]
                ]
            )
            let server = fixture.server
            let outcome = try await fixture.packerSwift().run(["build", template]) { running in
                try await running.says("it has begun")
                #expect(try await server.runs("sleep \(marker)"))
                running.signal(number)
            }
            #expect(outcome.end == .exited(1))
            #expect((outcome.output + outcome.errors).contains("Cleanly cancelled builds"))
            try await eventually("the end of the remote script") {
                try await !server.runs("sleep \(marker)")
            }
            #expect(try await server.exec("ls -A \(fixture.remote)") == "")
        }
    }

    @Test func `in the middle of an upload leaves the old file and no other`() async throws {
        try await withBuildFixture { fixture in
            let remote = fixture.remote
            try await fixture.server.exec(
                "mkdir \(remote)/to; echo old >\(remote)/to/file; chown -R packer \(remote)/to"
            )
            let source = try fixture.writeDense(mebibytes: 512, to: "large")
            let template = try fixture.template(
                [fixture.builder()],
                [["type": "file", "source": source, "destination": "\(remote)/to/file"]]
            )
            let server = fixture.server
            let outcome = try await fixture.packerSwift().run(["build", template]) { running in
                // 16 MiB have arrived, of 512.
                try await server.exec(
                    "until [ $(du -sk \(remote)/to | cut -f1) -gt 16384 ]; do sleep 0.02; done"
                )
                running.signal(SIGINT)
            }
            #expect(outcome.end == .exited(1))
            let left = try await server.exec("cd \(remote)/to; ls -A; cat file")
            #expect(left == "file\nold\n")
        }
    }
}
