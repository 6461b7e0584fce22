internal import Communicator
internal import PackerRPC
internal import Processes

extension PluginFailure {
    /// Why a plugin that was started could not be talked to.
    init(of started: StartedProcess, _ error: any Error, end: ChildProcess.End?) {
        let (code, detail, remedy) = Self.explanation(of: error, end)
        self.init(
            code,
            of: started.identity,
            detail,
            end: end,
            lastLines: started.errorOutput.lastLines,
            remedy: end.flatMap(started.memoryKills.remedy) ?? remedy
        )
    }

    private static let makers =
        "Tell its makers, or use another version; run by hand, it should say that it is a plugin."

    private static func explanation(
        of error: any Error,
        _ end: ChildProcess.End?
    ) -> (Code, String, remedy: String) {
        switch error {
        case HandshakeReader.Failure.late(let said):
            let remedy =
                "If it is slow to start, give it more time; else it is no plugin for Packer."
            let heard = said.isEmpty ? "nothing" : "only \(quoted(said))"
            return (.handshakeTimeout, "it did not say in time where it listens, \(heard)", remedy)
        case HandshakeReader.Failure.ended(let said):
            let heard = said.isEmpty ? "" : "; it said \(quoted(said))"
            let what = end == nil ? "it closed its output" : "it ended"
            return (
                .exitedBeforeHandshake, "\(what) before it said where it listens\(heard)", makers
            )
        case let error as PackerRPCError where error.code == .handshake:
            return (.handshake, error.detail, makers)
        case let error as PackerRPCError where error.code == .protocolViolation:
            return (.protocolViolation, "what it says is against the protocol: \(error)", makers)
        case let error as PluginConnection.Untrusted:
            return (.connection, error.description, makers)
        default:
            let remedy = end == nil ? makers : "See its last lines; PACKER_LOG=1 shows all of them."
            return (.connection, "it cannot be reached: \(error)", remedy)
        }
    }

    private static func quoted(_ said: [UInt8]) -> String {
        "\"\(BytePath.display(Array(said.prefix(256))))\""
    }
}
