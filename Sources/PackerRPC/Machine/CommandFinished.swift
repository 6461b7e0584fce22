internal import Communicator
internal import Gob

/// What the response stream of a command carries: one gob value, `CommandFinished{ExitStatus int}`.
///
/// Packer's has a number alone. A caller that is ours gets the other fields too, which Go would pass
/// over. Source: `rpc/communicator.go` of Packer's plugin SDK.
struct CommandFinished: Sendable, Hashable {
    /// How the command ended.
    var end: RemoteCmd.End

    /// Packer's status of a command whose connection was lost (`packer.CmdDisconnect`).
    static let disconnected: Int64 = 2_300_218

    /// How many bytes the response may have; a real one has less than 100 and a reason.
    static let maximumSize = 16_384

    init(_ end: RemoteCmd.End) {
        self.end = end
    }

    static func == (one: Self, other: Self) -> Bool {
        one.end.status == other.end.status && one.end.detail == other.end.detail
            && one.end.leavesOutputOpen == other.end.leavesOutputOpen
    }

    func hash(into hasher: inout Hasher) { hasher.combine(end.status) }

    /// The stream's bytes; with fields of ours where the caller is ours.
    func encoded(isExtended: Bool) throws -> [UInt8] {
        let id = GobTypeID(65)
        var types = GobTypes()
        var fields = [GobTypeDefinition.Field("ExitStatus", .int)]
        var values = [GobStructure.Field("ExitStatus", .int(number))]
        if isExtended {
            fields += [.init("Signal", .string), .init("Detail", .string)]
            fields += [.init("LeavesOutputOpen", .bool)]
            if case .signaled(let name) = end.status {
                values.append(.init("Signal", .string(name)))
            }
            values.append(.init("Detail", .string(end.detail ?? "")))
            values.append(.init("LeavesOutputOpen", .bool(end.leavesOutputOpen)))
        }
        try types.define(id, as: .structure(name: "CommandFinished", fields: fields))
        return try GobEncoder.stream(
            of: .structure(GobStructure(values)),
            as: id,
            types: types
        )
    }

    /// Reads a response stream.
    ///
    /// Packer takes 123 for a status that did not come; here the command's end was not seen then.
    init(decoding bytes: [UInt8]) {
        do {
            let structure = try GobDecoder.value(of: bytes).structure
            // A status of 0 is left out of the value, but not out of its type's definition.
            guard bytes.firstRange(of: Array("ExitStatus".utf8)) != nil else {
                end = RemoteCmd.End(.disconnected, detail: "its exit status did not come")
                return
            }
            end = try Self.end(of: structure)
        } catch {
            end = RemoteCmd.End(.disconnected, detail: "its exit status cannot be read: \(error)")
        }
    }

    private static func end(of structure: GobStructure) throws -> RemoteCmd.End {
        let detail = try structure.string("Detail")
        let signal = try structure.string("Signal")
        let number = try structure.int("ExitStatus")
        let leavesOutputOpen = try structure.bool("LeavesOutputOpen")
        let status: RemoteCmd.ExitStatus =
            if number == disconnected {
                .disconnected
            } else if !signal.isEmpty {
                .signaled(signal)
            } else if let code = Int32(exactly: number) {
                .exited(code)
            } else {
                .disconnected
            }
        let reason = detail.isEmpty && status == .disconnected ? "the other side says so" : detail
        return RemoteCmd.End(
            status,
            detail: reason.isEmpty ? nil : reason,
            leavesOutputOpen: leavesOutputOpen
        )
    }

    /// The status as Packer has it: a signal is 128 and its number, as in a shell.
    private var number: Int64 {
        switch end.status {
        case .exited(let code): Int64(code)
        case .signaled(let name): 128 + (Self.signalNumbers[name] ?? 0)
        case .disconnected: Self.disconnected
        }
    }

    /// RFC 4254 section 6.10's names, with Linux's numbers.
    private static let signalNumbers: [String: Int64] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8,
        "KILL": 9, "USR1": 10, "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15,
    ]
}
