internal import Communicator
internal import MessagePack
internal import NetRPC

/// A communicator's error as it crosses between two of ours: Packer's wire carries its text alone.
struct CarriedFailure: Codable, Sendable {
    var code: String
    var operation: String
    var target: String
    var detail: String
    var remedy: String

    enum CodingKeys: String, CodingKey {
        case code = "Code"
        case operation = "Operation"
        case target = "Target"
        case detail = "Detail"
        case remedy = "Remedy"
    }

    /// Does some work whose errors the caller is to have whole.
    static func carrying<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as CommunicatorError {
            let carried = CarriedFailure(
                code: error.code.name,
                operation: error.operation,
                target: error.target,
                detail: error.detail,
                remedy: error.remedy ?? ""
            )
            let details = try? MessagePackEncoder().encode(carried)
            throw NetRPCError(.server, "\(error)", details: details ?? [])
        }
    }

    /// The error that a call failed with, if the other side is ours and said which it is.
    static func error(of failure: NetRPCError) -> CommunicatorError? {
        guard
            let carried = try? MessagePackDecoder().decode(Self.self, from: failure.details),
            let code = CommunicatorError.Code.all.first(where: { $0.name == carried.code })
        else { return nil }
        return CommunicatorError(
            code,
            operation: carried.operation,
            target: carried.target,
            detail: carried.detail,
            remedy: carried.remedy.isEmpty ? nil : carried.remedy
        )
    }
}
