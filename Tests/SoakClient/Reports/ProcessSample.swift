import Foundation

/// What a process holds at one moment, as Linux counts it.
package struct ProcessSample: Codable, Sendable {
    /// How much had been done by then: commands, connections or MiB.
    package var done: Int
    /// The time since the work began.
    package var seconds: Double
    /// Open descriptors.
    package var descriptors: Int
    /// How many of them are sockets.
    package var sockets: Int
    /// How many of the TCP connections among them the peer has closed and this process has not.
    package var closeWaits: Int
    /// Threads.
    package var threads: Int
    /// Bytes of memory that is the process's own and in RAM: heap, stacks, written pages.
    package var anonymous: Int
    /// Bytes that were allocated and not freed; `nil` when the process did not say.
    package var heap: Int?

    /// Samples a process.
    ///
    /// - Parameters:
    ///   - process: Its number; `self` for the own one.
    ///   - done: How much it has done.
    ///   - start: When it began to.
    ///   - heap: What it says it has allocated.
    /// - Throws: When it is not there.
    package init(
        of process: String = "self",
        after done: Int,
        since start: ContinuousClock.Instant,
        heap: Int? = nil
    ) throws {
        let folder = "/proc/\(process)"
        let links = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/fd")
            .compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/fd/\($0)")
            }
        let inodes = Set(
            links.filter { $0.hasPrefix("socket:[") }.map { $0.dropFirst(8).dropLast() }
        )
        self.done = done
        seconds = start.duration(to: .now) / .seconds(1)
        // The folder's own descriptor is gone by the time that its link is read.
        descriptors = links.count
        sockets = inodes.count
        closeWaits = ["tcp", "tcp6"].reduce(0) { count, family in
            count + Self.closeWaits(family, among: inodes)
        }
        threads = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/task").count
        anonymous = try Self.kibibytes("Anonymous", in: "\(folder)/smaps_rollup") * 1024
        self.heap = heap
    }

    private static func closeWaits(_ family: String, among inodes: Set<Substring>) -> Int {
        let table = (try? String(contentsOfFile: "/proc/net/\(family)", encoding: .utf8)) ?? ""
        return table.split(separator: "\n").dropFirst().count { line in
            let fields = line.split(separator: " ")
            return fields.count > 9 && fields[3] == "08" && inodes.contains(fields[9])
        }
    }

    private static func kibibytes(_ name: String, in path: String) throws -> Int {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
