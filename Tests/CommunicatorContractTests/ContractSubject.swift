import Communicator
import SSHCommunicator
import TestSupport
import Testing

/// One communicator that the contract is checked on.
///
/// Append another to ``all`` and every suite about files runs on it too; ``runners`` is for those
/// about commands.
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

    /// Whether holes of an uploaded file are kept; no tool that is everywhere can make them.
    let sendsHoles: Bool

    /// Whether a file is read to its end whatever size it says; `scp -f` sends the size that it says,
    /// so such a file is refused.
    let readsPastSize: Bool

    /// Whether a file can be moved while a command runs.
    let hasSeveralSessions: Bool

    init(
        name: String,
        smallDirectory: String? = nil,
        namesDeviceErrors: Bool = true,
        sendsHoles: Bool = true,
        readsPastSize: Bool = true,
        hasSeveralSessions: Bool = true,
        open: @escaping @Sendable () async throws -> any Communicator,
        close: @escaping @Sendable (any Communicator) async -> Void = { _ in }
    ) {
        self.name = name
        self.smallDirectory = smallDirectory
        self.namesDeviceErrors = namesDeviceErrors
        self.sendsHoles = sendsHoles
        self.readsPastSize = readsPastSize
        self.hasSeveralSessions = hasSeveralSessions
        self.open = open
        self.close = close
    }

    var testDescription: String { name }

    /// Every subject of this run: each way to move files, and each kind of server.
    static let all: [ContractSubject] =
        machines + [
            transfers("local+exec", .exec, open: { LocalCommunicator() }),
            transfers("local+scp", .scp, open: { LocalCommunicator() }),
            ssh("ssh+exec", .exec, hasHoles: false, namesDeviceErrors: true),
            ssh("ssh+scp", .scp, hasHoles: false, namesDeviceErrors: true, readsPastSize: false),
            ssh(
                "ssh+auto without SFTP",
                .auto,
                on: .noSFTP,
                hasHoles: false,
                namesDeviceErrors: true,
                readsPastSize: false
            ),
            ssh("ssh+sftp in /tmp noexec", .sftp, on: .noExec),
            ssh(
                "ssh+exec in /tmp noexec",
                .exec,
                on: .noExec,
                hasHoles: false,
                namesDeviceErrors: true
            ),
        ]

    /// Every way to run commands; files meet a foreign shell in tests of their own, which are quicker.
    static let runners: [ContractSubject] =
        machines + [ssh("ssh, fish", .sftp, as: "user-fish")]

    /// Every kind of machine.
    static let machines: [ContractSubject] =
        measured + [
            ssh("ssh hardened", .sftp, on: .hardened),
            ssh("ssh on OpenSSH 10", .sftp, on: .trixie),
            ssh("ssh MaxSessions 1", .sftp, on: .maxSessions),
            ssh("ssh on dropbear, SFTP", .sftp, on: .dropbearSFTP),
            ssh(
                "ssh on dropbear and busybox",
                .auto,
                on: .dropbear,
                hasHoles: false,
                namesDeviceErrors: true,
                readsPastSize: false
            ),
        ]

    /// Those that much output is tried on.
    static let measured: [ContractSubject] = [local, ssh("ssh", .sftp), relayed]

    static let local = ContractSubject(name: "local", open: { LocalCommunicator() })

    /// This machine, through the wire between a host and a plugin that are both ours.
    static let relayed = ContractSubject(
        name: "local through a plugin",
        sendsHoles: false,
        open: { try await RelayedMachine(LocalCommunicator()) },
        close: { await ($0 as? RelayedMachine)?.close() }
    )

    private static func ssh(
        _ name: String,
        _ method: SSHFileTransferMethod,
        on server: DockerServer.Configuration = .standard,
        as user: String? = nil,
        hasHoles: Bool = true,
        namesDeviceErrors: Bool = false,
        readsPastSize: Bool = true
    ) -> ContractSubject {
        ContractSubject(
            name: name,
            smallDirectory: "/small",
            namesDeviceErrors: namesDeviceErrors,
            sendsHoles: hasHoles,
            readsPastSize: readsPastSize,
            hasSeveralSessions: server != .maxSessions,
            open: {
                var configuration = try DockerServer(server).configuration(user: user)
                configuration.fileTransferMethod = method
                return try await SSHCommunicator.connect(configuration)
            },
            close: { await ($0 as? SSHCommunicator)?.close() }
        )
    }

    /// A communicator's commands, and files moved by them alone.
    private static func transfers(
        _ name: String,
        _ method: CommandTransfer.Method,
        open: @escaping @Sendable () async throws -> any Communicator
    ) -> ContractSubject {
        ContractSubject(
            name: name,
            sendsHoles: false,
            readsPastSize: method == .exec,
            open: { CommandFilesCommunicator(machine: try await open(), method: method) }
        )
    }

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
