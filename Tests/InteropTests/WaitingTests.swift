import Foundation
import Processes
import TestSupport
import Testing

@Suite("While the machine cannot be reached yet")
struct WaitingTests {
    @Test func `the reason and the time left are shown, and the last reason is the error`()
        async throws
    {
        try await withBuildFixture { fixture in
            // A server that is there and whose port nobody listens on any more.
            let closed = try ClosedPort()
            let template = try fixture.template(
                [fixture.builder(port: closed.number, more: ["ssh_timeout": "6s"])],
                [["type": "shell", "inline": ["true"]]]
            )
            let outcome = try await fixture.packerSwift().run(["build", template])
            #expect(outcome.end == .exited(1))
            let said = outcome.output + outcome.errors
            let waiting = /machine: Not yet, after [0-9]s of 6s: .*refused/
            #expect(try waiting.firstMatch(in: said) != nil, "\(said)")
            let end = try #require(said.range(of: "Some builds didn't complete"), "\(said)")
            #expect(said[end.lowerBound...].contains("refused"), "\(said)")
        }
    }

    @Test func `a wrong password ends the build and is not tried for minutes`() async throws {
        try await withBuildFixture { fixture in
            var builder = fixture.builder()
            builder["ssh_private_key_file"] = nil
            builder["ssh_password"] = "not the password"
            builder["ssh_handshake_attempts"] = 2
            let template = try fixture.template(
                [builder],
                [["type": "shell", "inline": ["true"]]]
            )
            let outcome = try await fixture.packerSwift()
                .run(["build", template], within: .seconds(60))
            #expect(outcome.end == .exited(1))
            #expect(!(outcome.output + outcome.errors).contains("not the password"))
        }
    }
}

/// A port of 127.0.0.1 that is bound, so that nobody else gets it, and not listened on.
final class ClosedPort: Sendable {
    let number: Int
    private let descriptor: Int32

    init() throws {
        #if canImport(Darwin)
            let stream = SOCK_STREAM
        #else
            let stream = Int32(SOCK_STREAM.rawValue)
        #endif
        descriptor = socket(AF_INET, stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let bound = unsafe bind(descriptor, generic, length)
                return bound == 0 ? unsafe getsockname(descriptor, generic, &length) : bound
            }
        }
        guard result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        number = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
}
