import Foundation

/// The TCP sockets that this process has open.
enum OpenSockets {
    /// How many of them are connected to a port of 127.0.0.1.
    ///
    /// Other tests open and close descriptors all the time, so that only those of one peer can be
    /// counted.
    static func count(to port: Int) throws -> Int {
        let table = try String(contentsOfFile: "/proc/self/net/tcp", encoding: .utf8)
        let peer = "0100007F:" + String(format: "%04X", port)
        // Fields of proc(5): the peer is the third, the inode the tenth.
        let inodes = table.split(separator: "\n").dropFirst().compactMap { line -> String? in
            let fields = line.split(separator: " ")
            return fields.count > 9 && fields[2] == peer ? String(fields[9]) : nil
        }
        let links = Set(inodes.map { "socket:[\($0)]" })
        let folder = "/proc/self/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { name in
                let target = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "\(folder)/\(name)"
                )
                return target.map(links.contains) ?? false
            }
            .count
    }
}
