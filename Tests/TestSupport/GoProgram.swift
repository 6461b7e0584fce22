import Foundation
import Processes
import Synchronization

/// The programs of `Tests/InteropTests/go`, built when they are first asked for.
package enum GoProgram {
    private static let builds = Mutex<[String: Task<String, any Error>]>([:])

    /// Where a program is.
    ///
    /// - Throws: What its build script says; also where there is no Go, which is a failure and no
    ///   reason to skip a test.
    package static func path(_ name: String) async throws -> String {
        let build = builds.withLock { builds in
            let build = builds[name] ?? Task { try await make(name) }
            builds[name] = build
            return build
        }
        return try await build.value
    }

    private static func make(_ name: String) async throws -> String {
        let root = ProjectFiles.root
        let folder = "\(root)/.build/\(name)"
        let script = "\(root)/Tests/InteropTests/go/\(name)/build"
        try await Program(script).succeed([folder], within: .seconds(600))
        return "\(folder)/\(name)"
    }
}
