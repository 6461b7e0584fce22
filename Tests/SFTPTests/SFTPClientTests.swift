import ByteStreams
import SFTP
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct SFTPClientTests {
    private typealias Server = ScriptedSFTPServer

    private static let handle = SFTPHandle(bytes: [1])

    @Test func `keeps the order of a batch and matches replies that come out of order`()
        async throws
    {
        let server = Server { request in
            guard request.type != 17 else { return .silence }
            return Server.status(0, to: request)
        }
        let client = try await SFTPClient.start(over: server)
        async let replies = client.request(batch: [
            .stat(path: [1]), .remove(path: [2]), .stat(path: [3]),
        ])
        await server.waitForRequests(3)
        let requests = await server.requests
        #expect(requests.map(\.type) == [17, 13, 17])
        for request in [requests[2], requests[0]] {
            await server.send(Server.packet(101, request.id, Server.number(2)))
        }
        #expect(
            try await replies == [
                .status(SFTPStatus(.noSuchFile)), .status(SFTPStatus(.ok)),
                .status(SFTPStatus(.noSuchFile)),
            ]
        )
        await client.close()
    }

    @Test(arguments: [
        ("unknown id", Server.packet(101, Server.number(999), Server.number(0))),
        ("second greeting", Server.plainGreeting),
        ("unknown type", Server.packet(77, Server.number(1))),
        ("length lie", Server.number(0)),
    ])
    func `ends every waiter once when the server breaks the protocol`(
        name: String,
        bytes: [UInt8]
    ) async throws {
        let server = Server()
        let client = try await SFTPClient.start(over: server)
        let waiters = (0..<8).map { number in
            Task { try await client.request(batch: [.stat(path: [number]), .lstat(path: [])]) }
        }
        await server.waitForRequests(16)
        await server.send(bytes)
        for waiter in waiters {
            let error = await #expect(throws: SFTPError.self) { try await waiter.value }
            guard case .protocolViolation = error else {
                Issue.record("\(name): \(String(describing: error))")
                continue
            }
        }
        await #expect(throws: SFTPError.self) { try await client.request(.stat(path: [])) }
    }

    @Test(arguments: [
        (SFTPRequest.open(path: [], flags: .read, attributes: .init()), UInt8(103)),
        (.open(path: [], flags: .read, attributes: .init()), 101),
        (.read(handle, offset: 0, length: 2), 103), (.stat(path: []), 102),
        (.close(handle), 102), (.realpath(path: []), 104), (.fsync(handle), 201),
    ])
    func `refuses a reply of the wrong kind`(request: SFTPRequest, type: UInt8) async throws {
        let server = Server { request in
            switch type {
            case 101: Server.status(0, to: request)
            case 104: .bytes(Server.packet(104, request.id, Server.number(0)))
            case 201: .bytes(Server.packet(201, request.id))
            default: .bytes(Server.packet(type, request.id, Server.string("abc")))
            }
        }
        let client = try await SFTPClient.start(over: server)
        let error = await #expect(throws: SFTPError.self) { try await client.request(request) }
        guard case .protocolViolation = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `ends every waiter when the stream is cut at any byte of a reply`() async throws {
        let reply = Server.packet(101, Server.number(1), Server.number(0), Server.string("ok"))
        for cut in 0..<reply.count {
            let server = Server { request in
                request.type == 13 ? .hangUp(Array(reply.prefix(cut))) : .silence
            }
            let client = try await SFTPClient.start(over: server)
            let waiters = [SFTPRequest.remove(path: []), .stat(path: []), .rmdir(path: [])].map {
                request in Task { try await client.request(request) }
            }
            for waiter in waiters {
                let error = await #expect(throws: SFTPError.self) { try await waiter.value }
                guard case .connectionLost = error else {
                    Issue.record("cut at \(cut): \(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test func `stays good after a waiter was cancelled and closes what nobody wants`() async throws
    {
        let server = Server { request in
            request.type == 3 ? .silence : Server.status(0, to: request)
        }
        let client = try await SFTPClient.start(over: server)
        let waiter = Task {
            try await client.request(.open(path: [1], flags: .read, attributes: .init()))
        }
        await server.waitForRequests(1)
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        let open = await server.requests[0]
        await server.send(Server.packet(102, open.id, Server.string("late")))
        await server.waitForRequests(2)
        let close = await server.requests[1]
        #expect(close.type == 4)
        #expect(close.body == Server.string("late"))
        #expect(try await client.request(.remove(path: [])) == .status(SFTPStatus(.ok)))
        await client.close()
        await #expect(throws: SFTPError.closed) { try await client.request(.remove(path: [])) }
    }

    @Test func `gives up on a server that does not greet`() async throws {
        let server = Server(greeting: [])
        await #expect(throws: SFTPError.deadlineExceeded(.milliseconds(20))) {
            _ = try await SFTPClient.start(over: server, deadline: .milliseconds(20))
        }
        await #expect(throws: ByteStreamError.closed) { try await server.write([0]) }
    }

    @Test func `says what came instead of a greeting`() async throws {
        let noisy = Server(greeting: Array("Last login: today\n".utf8))
        let error = await #expect(throws: SFTPError.self) {
            _ = try await SFTPClient.start(over: noisy)
        }
        #expect("\(String(describing: error))".contains("Last login: today"))
        let old = Server(greeting: Server.packet(2, Server.number(2)))
        await #expect(throws: SFTPError.unsupported("it speaks version 2")) {
            _ = try await SFTPClient.start(over: old)
        }
    }

    @Test func `takes the draft's sizes where the server names none`() async throws {
        let client = try await SFTPClient.start(over: Server())
        #expect(await client.limits == .minimal)
        #expect(client.extensions.isEmpty)
        await client.close()
    }

    @Test func `closes the stream when nobody holds the client`() async throws {
        let server = Server()
        do { _ = try await SFTPClient.start(over: server) }
        await server.waitForRequests(1)
        await #expect(throws: ByteStreamError.closed) { try await server.write([0]) }
    }
}
