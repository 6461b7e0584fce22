internal import ByteStreams
internal import Processes

/// A transcript of the calls between a plugin and its host: for whoever looks for what went wrong
/// between the two.
///
/// Each call, reply and end of a stream is one line:
/// ```
/// stream 0: host calls Provisioner.Prepare #0, 213 bytes: {"Configs":[{"inline":["true"]}]}
/// stream 0: plugin replies to Provisioner.Prepare #0, 1 byte: nil
/// stream h1: plugin calls Ui.Say #0, 14 bytes: "Provisioning"
/// ```
/// A stream is named by the number that the broker gave it, and by the side that gave it out (`h` or
/// `p`); a call is numbered within its stream. The sizes are those of the arguments on the wire. What
/// is moved beside calls, such as the content of files and the output of commands, is not shown.
///
/// **Secrets.** See ``SecretMask``: what the transcript hides, it shows by its length.
///
/// **Concurrency.** Any number of streams may be observed at once. A line is written where its bytes
/// are read or written, before they go on, so `write` must be quick.
package final class RPCTrace: Sendable {
    /// One of the two sides of a conversation.
    package enum Side: String, Sendable {
        /// Who started the plugin.
        case host
        /// Who was started.
        case plugin

        var other: Side { self == .host ? .plugin : .host }
    }

    /// Which half of a stream's calls this process has.
    enum Role: Sendable {
        case caller
        case server
    }

    /// This process.
    private let side: Side
    private let mask: LockedValue<SecretMask>
    private let write: @Sendable (String) -> Void

    /// A transcript of what this process says and hears.
    ///
    /// - Parameters:
    ///   - side: Which of the two this process is.
    ///   - sensitiveOptions: Names of options whose values are secrets, beside those whose names say
    ///     so.
    ///   - write: Takes a line, without its end; no control character is in it.
    package init(
        of side: Side,
        sensitiveOptions: Set<String> = [],
        write: @escaping @Sendable (String) -> Void
    ) {
        self.side = side
        self.write = write
        mask = LockedValue(SecretMask(sensitiveOptions: sensitiveOptions))
    }

    /// A stream that does what `stream` does, and writes its calls down.
    ///
    /// - Parameters:
    ///   - stream: Carries net/rpc and nothing else.
    ///   - id: The broker's number of it.
    ///   - giver: Who gave the number out.
    ///   - role: Which half this process has.
    /// - Returns: The stream to use instead; closing it closes `stream`.
    func observing(
        _ stream: any ByteStream,
        _ id: UInt32,
        from giver: Side,
        as role: Role
    ) -> any ByteStream {
        let name = id == 0 ? "0" : "\(giver.rawValue.prefix(1))\(id)"
        return ObservedStream(stream, NetRPCObservation(name: name, role: role), self)
    }

    /// The side that gave out a number: this one waits for its own, and dials the other's.
    func giver(dialled: Bool) -> Side { dialled ? side.other : side }

    func note(_ event: NetRPCObservation.Event, of stream: String, _ half: NetRPCObservation.Half) {
        let line = mask.withLock { mask -> String in self.line(event, half, &mask) }
        write("stream \(stream): \(line)")
    }

    private func line(
        _ event: NetRPCObservation.Event,
        _ half: NetRPCObservation.Half,
        _ mask: inout SecretMask
    ) -> String {
        let speaker = half == .written ? side : side.other
        switch event {
        case .call(let call, let body):
            let arguments = TracedValue(body, of: call.method)
            mask.learn(arguments)
            return "\(speaker) calls \(call.text(mask)), \(Self.size(body)): "
                + mask.text(of: arguments)
        case .reply(let call, let body):
            // What a person answers may be a password: nothing on the wire tells.
            let isAnswer = call.method == UserInterfaceEndpoint.ask
            let treatment = isAnswer ? .secret : mask.treatment(of: call.asked ?? "")
            let reply = TracedValue(body, of: call.method)
            mask.learn(reply, as: treatment)
            return "\(speaker) replies to \(call.text(mask)), \(Self.size(body)): "
                + mask.text(of: reply, as: treatment)
        case .failure(let call, let message):
            return "\(speaker) fails \(call.text(mask)), \(Self.size(Array(message.utf8))): "
                + mask.text(of: .text(message))
        case .unreadable(let reason):
            return "\(speaker) sends what is no call, and the rest is not shown: "
                + mask.text(of: .text(reason))
        case .end(let open):
            let calls = open.map { $0.text(mask) }.joined(separator: ", ")
            return open.isEmpty ? "ends" : "ends without a reply to \(calls)"
        }
    }

    private static func size(_ bytes: [UInt8]) -> String {
        bytes.count == 1 ? "1 byte" : "\(bytes.count) bytes"
    }
}

extension RPCTrace.Side: CustomStringConvertible {
    /// `host` or `plugin`.
    package var description: String { rawValue }
}
