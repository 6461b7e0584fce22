import SFTP
import Synchronization
import TestSupport

/// An SFTP server that lists, and sends, whatever the test wants.
final class HostileFarSide: Sendable {
    typealias Server = ScriptedSFTPServer

    /// What is listed, or told, of one name.
    struct Entry: Sendable {
        var name: String
        var mode: UInt32 = 0o100644
        /// What the server says the size is; the content's own for `nil`.
        var size: UInt64?
        var content = "abc"

        fileprivate var attributes: [UInt8] {
            let size = self.size ?? UInt64(content.utf8.count)
            return Server.number(5) + Server.number(UInt32(size >> 32))
                + Server.number(UInt32(truncatingIfNeeded: size)) + Server.number(mode)
        }
    }

    /// What is at a path, by name and, for a directory, what it lists; `nil` for what is not there.
    let entry: @Sendable (String) -> (told: Entry, listed: [Entry])?
    /// What a path really is, as the server says.
    let realPath: @Sendable (String) -> String
    /// Answers before everything else does.
    let answer: @Sendable (Server.Request) -> Server.Answer?
    private let handles = Mutex<[(path: String, isListed: Bool)]>([])

    init(
        _ entry: @escaping @Sendable (String) -> (told: Entry, listed: [Entry])?,
        answer: @escaping @Sendable (Server.Request) -> Server.Answer? = { _ in nil },
        realPath: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.entry = entry
        self.realPath = realPath
        self.answer = answer
    }

    /// The directory `/d` with these entries; those that are directories list `below`.
    convenience init(
        listing entries: [Entry],
        below: [Entry] = [],
        answer: @escaping @Sendable (Server.Request) -> Server.Answer? = { _ in nil },
        realPath: @escaping @Sendable (String) -> String = { $0 }
    ) {
        let top = Entry(name: "d", mode: 0o040755)
        self.init(
            { path in
                if path == "/d" { return (top, entries) }
                let name = path.split(separator: "/").last.map(String.init) ?? ""
                return (entries + below).first { $0.name == name }.map { ($0, below) }
            },
            answer: answer,
            realPath: realPath
        )
    }

    /// Begins a conversation with it.
    func client() async throws -> SFTPClient {
        try await SFTPClient.start(over: Server { request in self.reply(to: request) })
    }

    private func reply(to request: Server.Request) -> Server.Answer {
        if let answer = answer(request) { return answer }
        let count = request.body.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        var first = String(decoding: request.body.dropFirst(4).prefix(count), as: UTF8.self)
        while first.count > 1, first.last == "/" { first.removeLast() }
        switch request.type {
        case 3, 11: return open(first, request)
        case 5: return read(Int(first), Array(request.body.dropFirst(4 + count)), request)
        case 12: return list(Int(first), request)
        case 7, 17: return attributes(of: first, request)
        case 8: return attributes(of: Int(first).map(path) ?? "", request)
        case 16:
            let name = Server.string(realPath(first)) + Server.string("") + Server.number(0)
            return .bytes(Server.packet(104, request.id, Server.number(1), name))
        default: return Server.status(0, to: request)
        }
    }

    private func path(_ handle: Int) -> String { handles.withLock { $0[handle].path } }

    private func open(_ path: String, _ request: Server.Request) -> Server.Answer {
        let number = handles.withLock { handles in
            handles.append((path, false))
            return handles.count - 1
        }
        return .bytes(Server.packet(102, request.id, Server.string("\(number)")))
    }

    private func attributes(of path: String, _ request: Server.Request) -> Server.Answer {
        guard var told = entry(path)?.told else { return Server.status(2, to: request) }
        // What a link leads to is a directory here.
        if told.mode & 0o170000 == 0o120000 { told.mode = 0o040755 }
        return .bytes(Server.packet(105, request.id, told.attributes))
    }

    private func list(_ handle: Int?, _ request: Server.Request) -> Server.Answer {
        guard let handle else { return Server.status(4, to: request) }
        let path: String? = handles.withLock { handles in
            defer { handles[handle].isListed = true }
            return handles[handle].isListed ? nil : handles[handle].path
        }
        guard let path, let listed = entry(path)?.listed, !listed.isEmpty else {
            return Server.status(1, to: request)
        }
        let names = listed.flatMap { entry in
            Server.string(entry.name) + Server.string("") + entry.attributes
        }
        return .bytes(Server.packet(104, request.id, Server.number(UInt32(listed.count)), names))
    }

    private func read(
        _ handle: Int?,
        _ place: [UInt8],
        _ request: Server.Request
    ) -> Server.Answer {
        let offset = place.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let count = place.dropFirst(8).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let content = Array((handle.flatMap { entry(path($0))?.told.content } ?? "").utf8)
        guard offset < UInt64(content.count) else { return Server.status(1, to: request) }
        let bytes = Array(content.dropFirst(Int(offset)).prefix(count))
        return .bytes(Server.packet(103, request.id, Server.number(UInt32(bytes.count)), bytes))
    }
}
