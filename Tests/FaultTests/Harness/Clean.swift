import Foundation
import TestSupport
import Testing

extension Row {
    /// What cannot be expected after some faults.
    enum Exception: Sendable {
        /// Files on a machine that could not be reached any more.
        case remoteFiles
        /// Processes on a machine that could not be reached any more.
        case remoteProcesses
    }

    /// The standing post-conditions: nothing is left, here or there, and nothing was said that is
    /// secret.
    ///
    /// Here: no process with the row's token in its environment, no temporary file. There: no
    /// process and no path that was not there before anybody logged in.
    ///
    /// - Parameters:
    ///   - fixture: The build's files.
    ///   - ended: What it said.
    ///   - server: The server, which must be running; `nil` when nobody could get there.
    ///   - allowed: Paths on the server that are to be there, with all below them.
    ///   - exceptions: What is not looked at.
    /// - Throws: What the engine says when the server cannot be looked at.
    func expectClean(
        _ fixture: BuildFixture,
        _ ended: Ended,
        _ server: FaultServer? = nil,
        allowing allowed: [String] = [],
        except exceptions: Set<Exception> = []
    ) async throws {
        let log = (try? String(contentsOfFile: fixture.files["log"], encoding: .utf8)) ?? ""
        for text in [secret, server?.server.password].compactMap(\.self) {
            expect(!ended.said.contains(text), "no secret in the output", ended.said)
            expect(!log.contains(text), "no secret in the log")
        }
        // What hung was killed, and could not clean up.
        guard ended.end != nil else { return }
        let local = try await leftovers(within: .seconds(2)) { localProcesses() }
        expect(local.isEmpty, "no process here", "\(local)\n\(ended.said)")
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.files["tmp"])
        expect(files.isEmpty, "no temporary file here", "\(files)\n\(ended.said)")
        guard let server else { return }
        if !exceptions.contains(.remoteProcesses) {
            let left = try await leftovers(within: .seconds(10)) {
                try await FarSideState(of: server.server).processes(since: server.baseline)
            }
            expect(left.isEmpty, "no process there", "\(left)\n\(ended.said)")
        }
        if !exceptions.contains(.remoteFiles) {
            let left = try await leftovers(within: .seconds(2)) {
                try await FarSideState(of: server.server).paths(since: server.baseline)
                    .filter { path in !allowed.contains { path == $0 || path.hasPrefix($0 + "/") } }
            }
            expect(left.isEmpty, "no file there", "\(left)\n\(ended.said)")
        }
    }

    /// What a file holds after a transfer that failed: one of some contents, or nothing.
    func expectWhole(
        _ path: String,
        on server: FaultServer,
        oneOf sums: [String]
    ) async throws {
        let text = try await server.server.exec("sha256sum '\(path)' 2>/dev/null || echo absent")
        let sum = text.split(separator: " ").first.map(String.init) ?? ""
        let word = sum.trimmingCharacters(in: .newlines)
        expect(sums.contains(word), "the destination is absent, old or whole", "\(path): \(text)")
    }

    /// Numbers and names of the processes here that have the token in their environment.
    private func localProcesses() -> [String] {
        let files = FileManager.default
        let names = (try? files.contentsOfDirectory(atPath: "/proc")) ?? []
        let own = try? files.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        return names.filter { name in
            // Those of containers on this machine have a name space of their own.
            let space = try? files.destinationOfSymbolicLink(atPath: "/proc/\(name)/ns/pid")
            guard Int32(name) != nil, space == own else { return false }
            let path = URL(fileURLWithPath: "/proc/\(name)/environ")
            return (try? Data(contentsOf: path))?.range(of: Data(token.utf8)) != nil
        }
    }

    /// What a question still finds when some time has passed; asked again until it is nothing.
    private func leftovers(
        within limit: Duration,
        _ find: () async throws -> [String]
    ) async throws -> [String] {
        var found: [String] = []
        try? await eventually("nothing is left", within: limit) {
            found = try await find()
            return found.isEmpty
        }
        return found
    }
}
