import CFailingAllocator
import Foundation
import SoakReports
import TestSupport

/// Does one thing very often and says in lines of JSON what it holds meanwhile; over SSH against the
/// server that `docker-test/up` has brought up.
///
///     soak-client execs COUNT TOKEN
///     soak-client connects COUNT TOKEN
///     soak-client output BYTES TOKEN
///     soak-client streams COUNT TOKEN
///     soak-client bulk BYTES TOKEN
///     soak-client relayed-command BYTES TOKEN
///     soak-client relayed-file BYTES TOKEN
///     soak-client plugins COUNT FOLDER-OF-PLUGINS
///     soak-client allocation NUMBER FOLDER
///     soak-client exhaustion NUMBER FOLDER
///
/// A TOKEN stands in every command line, so that what is left of them can be found; the FOLDER is on
/// the server, and the upload goes there. One allocation of libssh2 fails, the one with that NUMBER,
/// or all from there on; 0 is none. What cannot be judged ends the program with an error.
@main
struct SoakClient {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().map { $0 }
        guard arguments.count == 3, let number = Int(arguments[1]) else {
            throw SoakClientError("3 arguments are needed: what to do, a number, and a name")
        }
        switch arguments[0] {
        case "streams": return try await YamuxSoak(number).runStreams()
        case "bulk": return try await YamuxSoak(number).runBulk()
        case "relayed-command": return try await MachineSoak(number).runCommand()
        case "plugins":
            var soak = PluginSoak(number, in: arguments[2])
            return try await soak.run()
        case "relayed-file": return try await MachineSoak(number).runFile()
        default: break
        }
        let server = try DockerServer()
        switch arguments[0] {
        case "execs":
            var soak = ConnectionSoak(server, number, arguments[2])
            try await soak.runExecs()
        case "connects":
            var soak = ConnectionSoak(server, number, arguments[2])
            try await soak.runConnects()
        case "output": try await OutputSoak(server, number, arguments[2]).run()
        case "allocation", "exhaustion":
            let forGood = arguments[0] == "exhaustion"
            try await AllocationSoak(server, number, arguments[2], forGood: forGood).run()
        default: throw SoakClientError("'\(arguments[0])' is nothing to do")
        }
    }
}

/// What keeps the program from doing its work.
struct SoakClientError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Whether this process has a child, a zombie included.
func hasChild() -> Bool {
    var status: Int32 = 0
    return unsafe waitpid(-1, &status, WNOHANG) != -1 || errno != ECHILD
}

/// Says what this process holds.
func sample(after done: Int, since start: ContinuousClock.Instant) throws {
    try SoakLine(ProcessSample(after: done, since: start, heap: Int(heap_in_use()))).write()
}
