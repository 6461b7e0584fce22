import SocketStreams
import TestSupport
import Testing

@Suite("The proxy that does the faults")
struct FaultProxyTests {
    /// What a client reads of a server's first line, and whether its connection broke.
    private func greeting(
        _ plans: [FaultProxy.Plan] = [],
        greeting: FaultProxy.Greeting = .relay,
        delay: Duration = .zero,
        bytesPerSecond: Int? = nil
    ) async throws -> (text: String, isBroken: Bool, time: Duration) {
        let proxy = try await FaultProxy(
            port: DockerServer().port,
            plans,
            greeting: greeting,
            delay: delay,
            bytesPerSecond: bytesPerSecond
        )
        return try await withFaultProxy(proxy) { proxy in
            let port = UInt16(proxy.port)
            return try await within(.seconds(30), "the end of the greeting") {
                let start = ContinuousClock.now
                var bytes: [UInt8] = []
                var isBroken = false
                do {
                    let stream = try await SocketStream.connect(
                        host: "127.0.0.1",
                        port: port,
                        timeout: .seconds(10)
                    )
                    while bytes.last != 10, let more = try await stream.read(upTo: 255) {
                        bytes += more
                    }
                    await stream.close()
                } catch {
                    isBroken = true
                }
                let text = String(decoding: bytes, as: UTF8.self)
                return (text, isBroken, start.duration(to: .now))
            }
        }
    }

    @Test func `passes everything, later and slower when it is told to`() async throws {
        let plain = try await greeting()
        #expect(plain.text.hasPrefix("SSH-2.0-OpenSSH"))
        let late = try await greeting(delay: .milliseconds(300))
        #expect(late.text == plain.text)
        #expect(late.time >= .milliseconds(300))
        let slow = try await greeting(bytesPerSecond: plain.text.utf8.count)
        #expect(slow.text == plain.text)
        #expect(slow.time >= .milliseconds(900))
    }

    @Test func `cuts at the byte that it is told`() async throws {
        let ended = try await greeting([.init(.finish, .toClient, at: 4)])
        #expect(ended.text == "SSH-")
        #expect(!ended.isBroken)
        let reset = try await greeting([.init(.reset, .toClient, at: 4)])
        #expect("SSH-".hasPrefix(reset.text))
        #expect(reset.isBroken)
        #expect(try await greeting(greeting: .reset).isBroken)
    }

    @Test func `flips the bit that it is told, and no other`() async throws {
        let text = try await greeting([.init(.flip, .toClient, at: 2)]).text
        #expect(text.hasPrefix("SSI-2.0-OpenSSH"))
    }

    @Test func `says nothing after the first line, or nothing at all, and stays`() async throws {
        for greeting in [FaultProxy.Greeting.banner, .silence] {
            let proxy = try await FaultProxy(port: DockerServer().port, greeting: greeting)
            try await withFaultProxy(proxy) { proxy in
                let stream = try await SocketStream.connect(
                    host: "127.0.0.1",
                    port: UInt16(proxy.port),
                    timeout: .seconds(10)
                )
                // The server's key exchange follows its greeting only when it has got ours.
                try await stream.write(Array("SSH-2.0-test\r\n".utf8))
                if greeting == .banner { #expect(try await stream.read(upTo: 255)?.last == 10) }
                await #expect(throws: DeadlinePassed.self) {
                    _ = try await within(.milliseconds(500), "another word") {
                        try await stream.read(upTo: 1)
                    }
                }
                await stream.close()
            }
        }
    }
}
