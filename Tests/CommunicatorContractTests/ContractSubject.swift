import Communicator
import SSHCommunicator
import TestSupport
import Testing

/// One communicator that the contract is checked on.
///
/// Append another to ``all`` and every suite of this target runs on it too.
struct ContractSubject: Sendable, CustomTestStringConvertible {
    /// What tests are reported under, and what finds the subject again in a process of its own.
    let name: String

    /// Makes a communicator that is ready for work.
    let open: @Sendable () async throws -> any Communicator

    /// Lets go of a communicator that ``open`` made.
    let close: @Sendable (any Communicator) async -> Void

    /// A directory on the far side, writable, on a file system with 1 MiB of room; `nil` when the
    /// far side's user is root and may mount one.
    let smallDirectory: String?

    /// Whether the reason of a failed write to a device gets through; SFTP version 3 says "Failure".
    let namesDeviceErrors: Bool

    init(
        name: String,
        smallDirectory: String? = nil,
        namesDeviceErrors: Bool = true,
        open: @escaping @Sendable () async throws -> any Communicator,
        close: @escaping @Sendable (any Communicator) async -> Void = { _ in }
    ) {
        self.name = name
        self.smallDirectory = smallDirectory
        self.namesDeviceErrors = namesDeviceErrors
        self.open = open
        self.close = close
    }

    var testDescription: String { name }

    /// Every subject of this run.
    static let all: [ContractSubject] = [local, ssh]

    static let local = ContractSubject(name: "local", open: { LocalCommunicator() })

    static let ssh = ContractSubject(
        name: "ssh",
        smallDirectory: "/small",
        namesDeviceErrors: false,
        open: { try await DockerServer().connect() },
        close: { await ($0 as? SSHCommunicator)?.close() }
    )

    /// Runs `body` over a fresh communicator and a fresh directory on its machine, and removes both.
    func withFarSide(_ body: (FarSide) async throws -> Void) async throws {
        let communicator = try await open()
        do {
            let far = try await FarSide(communicator)
            do {
                try await body(far)
                try await far.remove()
                await close(communicator)
            } catch {
                try? await far.remove()
                throw error
            }
        } catch {
            await close(communicator)
            throw error
        }
    }
}
