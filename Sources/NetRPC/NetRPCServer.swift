package import ByteStreams
internal import MessagePack

/// Answers calls of a peer that speaks Go's net/rpc: the serving half of a stream.
///
/// ```swift
/// let server = NetRPCServer()
/// try await server.register("Ui.Say") { (text: String) in await ui.say(text) }
/// try await server.serve(stream)
/// ```
/// Go's half is `src/net/rpc/server.go`; the texts of its errors are the same here, since callers
/// tell by them that a method does not exist.
///
/// **Concurrency.** Each request is worked on by a task of its own, and replies leave as they come.
/// One server may serve many streams; methods may come and go meanwhile.
///
/// **Errors.** A handler's error travels as its description; an ``NetRPCError`` of the code
/// ``NetRPCError/Code/server`` as its message, and `CancellationError` as Go's `context canceled`.
/// Arguments that cannot be decoded are an error of that call; the stream stays in step, unlike
/// Go's.
package actor NetRPCServer {
    /// What a request asks for; its result is the reply's body.
    typealias Work = @Sendable () async throws -> [UInt8]
    /// Makes the work of a request's body, in the order in which requests arrive.
    typealias Handler = @Sendable ([UInt8]) -> Work

    private let limits: NetRPCLimits
    private var services: [WireName: [WireName: Handler]] = [:]

    /// A server without methods.
    package init(limits: NetRPCLimits = .standard) {
        self.limits = limits
    }

    /// Adds a method that returns something.
    ///
    /// - Parameters:
    ///   - serviceMethod: Its name, `Service.Method`; split at the last dot.
    ///   - handler: What it does. Its task is cancelled when the stream ends.
    /// - Throws: ``NetRPCError/Code/registration`` for a name that is taken or has no dot.
    package func register<Arguments: Decodable & Sendable, Reply: Encodable & Sendable>(
        _ serviceMethod: String,
        _ handler: @escaping @Sendable (Arguments) async throws -> Reply
    ) throws(NetRPCError) {
        let decoder = MessagePackDecoder(limits: limits.body)
        let encoder = MessagePackEncoder(limits: limits.body)
        try add(serviceMethod) { body in
            {
                let arguments = try decoder.decode(Arguments.self, from: body)
                return try encoder.encode(try await handler(arguments))
            }
        }
    }

    /// Adds a method whose requests begin in the order in which they arrive, so that another method
    /// of the same stream can name and cancel them from the next request on.
    ///
    /// - Parameters:
    ///   - serviceMethod: Its name, `Service.Method`; split at the last dot.
    ///   - begin: Runs before the stream's next request is read, so it must be quick; what it
    ///     returns does the work, as the handler of other methods.
    /// - Throws: ``NetRPCError/Code/registration`` for a name that is taken or has no dot.
    package func register<Arguments: Decodable & Sendable, Reply: Encodable & Sendable>(
        inOrder serviceMethod: String,
        _ begin: @escaping @Sendable (Arguments) throws -> @Sendable () async throws -> Reply
    ) throws(NetRPCError) {
        let decoder = MessagePackDecoder(limits: limits.body)
        let encoder = MessagePackEncoder(limits: limits.body)
        try add(serviceMethod) { body in
            do {
                let work = try begin(try decoder.decode(Arguments.self, from: body))
                return { try encoder.encode(try await work()) }
            } catch {
                return { throw error }
            }
        }
    }

    private func add(
        _ serviceMethod: String,
        _ handler: @escaping Handler
    ) throws(NetRPCError) {
        guard let name = MethodName(serviceMethod) else {
            throw NetRPCError(
                .registration,
                "rpc: service/method ill-formed: \(serviceMethod); name it Service.Method"
            )
        }
        guard services[name.service]?[name.method] == nil else {
            throw NetRPCError(.registration, "rpc: method already defined: \(serviceMethod)")
        }
        services[name.service, default: [:]][name.method] = handler
    }

    /// Adds a method that returns nothing.
    ///
    /// - Throws: ``NetRPCError/Code/registration`` for a name that is taken or has no dot.
    package func register<Arguments: Decodable & Sendable>(
        _ serviceMethod: String,
        _ handler: @escaping @Sendable (Arguments) async throws -> Void
    ) throws(NetRPCError) {
        try register(serviceMethod) { (arguments: Arguments) async throws -> NetRPCNothing in
            try await handler(arguments)
            return NetRPCNothing()
        }
    }

    /// Removes a service with all its methods; calls that run go on.
    package func unregister(service: String) {
        services[WireName(service)] = nil
    }

    /// Answers the requests of a stream until it ends; then closes it.
    ///
    /// At the end of the stream, and when the caller is cancelled, the handlers that still run are
    /// cancelled and waited for: a Go client that closes can hear nothing any more. Their replies are
    /// still sent if the peer takes them, each within ``NetRPCLimits/lastReplyTime``.
    ///
    /// - Throws: ``NetRPCError``: `.protocolViolation`, `.connectionLost` when the stream breaks or
    ///   ends inside a message; `CancellationError`. A stream that ends between messages is not an
    ///   error.
    package nonisolated func serve(_ stream: any ByteStream) async throws {
        let replies = ReplyWriter(stream, limits)
        let end = await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                let end = await readRequests(of: stream) { request in
                    let size = request.body.count
                    if let refusal = await replies.beginRequest(of: size) {
                        // Waits for a peer that takes no replies, not for what is worked on.
                        return await replies.send(failure(of: request.header, refusal))
                    }
                    let work = await begin(request)
                    group.addTask {
                        await replies.send(await self.answer(request, work))
                        await replies.endRequest(of: size)
                    }
                }
                group.cancelAll()
                await replies.endRequests()
                return end
            }
        } onCancel: {
            // Requests and replies may all wait for a peer that does not read.
            Task { await replies.endRequests() }
        }
        await stream.close()
        try end.get()
    }

    /// Reads requests up to the end of the stream, which is in order between two of them.
    private nonisolated func readRequests(
        of stream: any ByteStream,
        _ handle: (NetRPCMessage<NetRPCRequestHeader>) async -> Void
    ) async -> Result<Void, any Error> {
        var parser = NetRPCMessageParser<NetRPCRequestHeader>(limits: limits)
        do {
            while let bytes = try await stream.read(upTo: limits.readSize) {
                parser.append(bytes)
                while let request = try parser.next() { await handle(request) }
            }
            try parser.expectEnd()
            return .success(())
        } catch let error as NetRPCError {
            return .failure(error)
        } catch let error as CancellationError {
            return .failure(error)
        } catch {
            return .failure(
                NetRPCError(.connectionLost, "the connection was lost: \(error)")
            )
        }
    }

    private func handler(of serviceMethod: String) throws(NetRPCError) -> Handler {
        guard let name = MethodName(serviceMethod) else {
            throw NetRPCError(.server, "rpc: service/method request ill-formed: \(serviceMethod)")
        }
        guard let service = services[name.service] else {
            throw NetRPCError(.server, "rpc: can't find service \(serviceMethod)")
        }
        guard let handler = service[name.method] else {
            throw NetRPCError(.server, "rpc: can't find method \(serviceMethod)")
        }
        return handler
    }

    /// What a request asks for, or why it cannot be done.
    private func begin(_ request: NetRPCMessage<NetRPCRequestHeader>) -> Work {
        do {
            return try handler(of: request.header.serviceMethod)(request.body)
        } catch {
            return { throw error }
        }
    }

    /// The whole response to a request.
    private nonisolated func answer(
        _ request: NetRPCMessage<NetRPCRequestHeader>,
        _ work: Work
    ) async -> [UInt8] {
        let header = NetRPCResponseHeader(
            serviceMethod: request.header.serviceMethod.prefix(ofBytes: limits.repeatedNameSize),
            sequence: request.header.sequence
        )
        do {
            return NetRPCMessage(header: header, body: try await work()).encoded()
        } catch {
            let text = Self.text(of: error, upTo: limits.errorSize)
            let details = (error as? NetRPCError)?.details ?? []
            return failure(of: request.header, text, details)
        }
    }

    /// The whole response to a request that fails.
    private nonisolated func failure(
        of request: NetRPCRequestHeader,
        _ text: String,
        _ details: [UInt8] = []
    ) -> [UInt8] {
        let header = NetRPCResponseHeader(
            serviceMethod: request.serviceMethod.prefix(ofBytes: limits.repeatedNameSize),
            sequence: request.sequence,
            error: text
        )
        guard details.isEmpty else {
            return NetRPCMessage(header: header, body: details).encoded()
        }
        // Go sends an empty struct in place of the reply.
        var writer = MessagePackWriter()
        writer.writeMapHead(count: 0)
        return NetRPCMessage(header: header, body: writer.bytes).encoded()
    }

    /// An error as the peer gets it.
    ///
    /// An empty text would mean success.
    private static func text(of error: any Error, upTo size: Int) -> String {
        var text =
            switch error {
            case is CancellationError: "context canceled"
            case let error as MessagePackError: "msgpack decode error: \(error)"
            default: "\(error)"
            }
        if text.isEmpty { text = "the method failed and gave no reason" }
        return text.prefix(ofBytes: size)
    }
}

extension String {
    /// As much of the text as so many bytes hold, without half a character at the end.
    fileprivate func prefix(ofBytes size: Int) -> String {
        guard utf8.count > size else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: max(0, size))
        while end > utf8.startIndex, UTF8.isContinuation(utf8[end]) { utf8.formIndex(before: &end) }
        return String(self[..<end])
    }
}

/// A method's name in its two parts.
struct MethodName {
    var service: WireName
    var method: WireName

    /// Splits at the last dot, because a service's name may contain a file's.
    ///
    /// - Returns: `nil` without a dot.
    init?(_ serviceMethod: String) {
        guard let dot = serviceMethod.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        service = WireName(serviceMethod[..<dot])
        method = WireName(serviceMethod[serviceMethod.utf8.index(after: dot)...])
    }
}
