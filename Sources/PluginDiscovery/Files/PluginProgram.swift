package import Communicator
internal import Deadlines
internal import PackerRPC
package import Processes

/// A plugin as a program that is asked what it has.
package struct PluginProgram: Sendable {
    /// What is run, with `describe`.
    private let program: ProcessSpecification
    /// How long it may take, until all that it started has let go of its output.
    package var limit: Duration

    /// What it gets of this program's environment: what a loader, an interpreter or a temporary file
    /// may need, and none of the secrets that a build's environment has.
    static let environment: Set = [
        "PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    ]

    /// A plugin at a path.
    package init(_ path: BytePath, limit: Duration = .seconds(10)) {
        // A name without a slash would be looked for in PATH.
        let program = path.bytes.contains(0x2F) ? path.bytes : Array("./".utf8) + path.bytes
        self.init(running: ProcessSpecification(executable: program), limit: limit)
    }

    /// A plugin that is opened already; its arguments are replaced, and its environment and its mark
    /// where it has none.
    package init(running program: ProcessSpecification, limit: Duration = .seconds(10)) {
        self.program = program
        self.limit = limit
    }

    /// What becomes of the process that is asked.
    package enum Event: Sendable {
        /// It was started.
        case started(ChildProcess)
        /// It has ended, or was; whether nothing of it is left.
        case ended(isGone: Bool)
    }

    /// Runs `describe`, in a session of its own and without input; nothing of it is left afterwards.
    ///
    /// What it prints is read up to ``PluginDescription/maximumSize``. Packer waits for as long as
    /// anything holds the output open, so this does too, up to ``limit``.
    ///
    /// - Parameter observe: Told of the process.
    /// - Returns: What it has, or why nobody knows.
    /// - Throws: `CancellationError` alone; all else is a description.
    package func describe(
        _ observe: @Sendable (Event) async -> Void = { _ in }
    ) async throws -> PluginFacts.Description {
        let child: ChildProcess
        do {
            child = try await ChildProcess.spawn(specification)
        } catch let error as ChildProcess.SpawnError {
            return .failed("it cannot be run: \(error.detail)")
        } catch {
            return .failed("it cannot be run: \(error)")
        }
        await observe(.started(child))
        let said: Said
        do {
            said = try await withDeadline(limit, throwing: Late()) {
                try await Self.listen(to: child)
            }
            await observe(.ended(isGone: child.terminateTree(grace: .zero)))
        } catch {
            let hasEnded = child.end != nil
            await observe(.ended(isGone: child.terminateTree(grace: .zero)))
            switch error {
            case is Late: return .endless(Self.lateness(limit, hasEnded))
            case is Flood:
                return .failed("describe prints more than \(PluginDescription.maximumSize) bytes")
            case is CancellationError: throw error
            default: return .failed("describe cannot be read: \(error)")
            }
        }
        return Self.description(of: said)
    }

    private struct Late: Error {}
    private struct Flood: Error {}

    /// All that was said.
    private struct Said: Sendable {
        var output: [UInt8]
        /// The beginning of the error output.
        var complaint: [UInt8]
        var end: ChildProcess.End
    }

    private var specification: ProcessSpecification {
        var specification = program
        specification.arguments = [Array("describe".utf8)]
        let entries =
            program.environment
            ?? ProcessEnvironment.entries.filter { entry in
                let name = String(decoding: entry.prefix { $0 != 0x3D }, as: UTF8.self)
                return Self.environment.contains(name)
            }
        // So that what makes itself a daemon is found too.
        let mark =
            program.mark ?? Array("PACKER_SWIFT_DESCRIBE=\(UInt64.random(in: 0 ... .max))".utf8)
        specification.environment = entries.contains(mark) ? entries : entries + [mark]
        specification.mark = mark
        return specification
    }

    private static func listen(to child: ChildProcess) async throws -> Said {
        async let complaint = beginning(of: child.standardError)
        var output: [UInt8] = []
        while let bytes = try await child.standardOutput?.read() {
            output += bytes
            guard output.count <= PluginDescription.maximumSize else { throw Flood() }
        }
        return Said(output: output, complaint: try await complaint, end: try await child.wait())
    }

    /// Reads to the end, and keeps what is enough for a line or two.
    private static func beginning(of stream: PipeReader?) async throws -> [UInt8] {
        var kept: [UInt8] = []
        while let bytes = try await stream?.read() {
            kept += bytes.prefix(256 - kept.count)
        }
        return kept
    }

    private static func lateness(_ limit: Duration, _ hasEnded: Bool) -> String {
        hasEnded
            ? "describe ended, and something that it started held its output open for \(limit)"
            : "describe did not end within \(limit)"
    }

    private static func description(of said: Said) -> PluginFacts.Description {
        let end: String
        switch said.end {
        case .exited(0):
            do {
                return .described(try PluginDescription(decoding: said.output))
            } catch {
                return .failed("\(error)")
            }
        case .exited(let status): end = "describe ended with \(status)"
        case .signaled(let number): end = "signal \(number) ended describe"
        case .lost: end = "nobody knows how describe ended"
        }
        let complaint = BytePath.display(said.complaint)
        return .failed(complaint.isEmpty ? end : "\(end) and said \"\(complaint)\"")
    }
}
