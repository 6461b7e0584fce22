internal import Communicator
internal import Components
internal import MessagePack
internal import NetRPC

/// What every endpoint does with a peer's bytes, without a connection: for fuzzing.
///
/// Each message's arguments and reply are read as either half reads them, written again, and read
/// once more.
package enum EnvelopeTrial {
    /// Reads bytes as the arguments and replies of every method.
    ///
    /// - Returns: The names of those that could be read; each was the same, byte for byte, once it was
    ///   written and read again.
    package static func read(_ bytes: [UInt8]) -> [String] {
        var read: [String] = []
        func check<Message: Codable>(_ type: Message.Type) {
            guard
                let message = try? MessagePackDecoder().decode(type, from: bytes),
                let written = try? MessagePackEncoder().encode(message)
            else { return }
            let again = (try? MessagePackDecoder().decode(type, from: written))
                .flatMap { try? MessagePackEncoder().encode($0) }
            precondition(again == written, "\(type) is another one once it was written")
            read.append("\(type)")
        }
        check(CommunicatorEndpoint.StartArguments.self)
        check(CommunicatorEndpoint.CancelArguments.self)
        check(CommunicatorEndpoint.UploadArguments.self)
        check(CommunicatorEndpoint.DownloadArguments.self)
        check(CommunicatorEndpoint.DirectoryArguments.self)
        check(CarriedFailure.self)
        check(ComponentEndpoint.SpecificationReply.self)
        check(ComponentEndpoint.ConfigurationArguments.self)
        check(ComponentEndpoint.BasicError.self)
        check(BuilderEndpoint.PrepareReply.self)
        check(DataSourceEndpoint.OutputSpecificationReply.self)
        check(DataSourceEndpoint.ConfigureReply.self)
        check(DataSourceEndpoint.ExecuteReply.self)
        check(HookEndpoint.RunArguments.self)
        check(PostProcessorEndpoint.Reply.self)
        check(ProvisionerEndpoint.ProvisionArguments.self)
        check(UserInterfaceEndpoint.MachineArguments.self)
        check(UserInterfaceEndpoint.TrackArguments.self)
        check(NetRPCNothing.self)
        check(UInt32.self)
        check(String.self)
        check([String].self)
        checkMeaning(bytes)
        return read
    }

    /// What the messages above are made into behind the wire.
    private static func checkMeaning(_ bytes: [UInt8]) {
        let decoder = MessagePackDecoder()
        if let start = try? decoder.decode(CommunicatorEndpoint.StartArguments.self, from: bytes) {
            var command = RemoteCmd(bytes: start.command.bytes ?? [])
            start.extra?.apply(to: &command)
        }
        if let call = try? decoder.decode(ProvisionerEndpoint.ProvisionArguments.self, from: bytes)
        {
            _ = try? GeneratedData(wire: call.generatedData)
        }
        if let value = try? decoder.decode(MessagePackValue.self, from: bytes) {
            _ = (try? WireValue.decoded(value)).map(WireValue.encoded)
        }
        _ = CarriedFailure.error(of: NetRPCError(.server, "x", details: bytes))
        _ = CommandFinished(decoding: bytes)
    }
}
