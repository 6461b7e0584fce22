import Communicator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct `A directory` {
    /// A tree with what a tree can have: nested and empty directories, modes, links.
    private static let tree = """
        mkdir -p src/sub/deep src/empty outside/inner
        printf a > src/a; chmod 640 src/a
        printf b > src/sub/b; chmod 755 src/sub/b
        printf d > src/sub/deep/.hidden
        printf l > outside/linked; chmod 700 outside/linked
        printf i > outside/inner/i
        ln -s ../outside/linked src/filelink
        ln -s ../outside/inner src/dirlink
        chmod 750 src/sub; chmod 555 src/sub/deep; chmod 700 src/empty
        """

    private static let contents = [
        "a", "dirlink", "dirlink/i", "empty", "filelink", "sub", "sub/b", "sub/deep",
        "sub/deep/.hidden",
    ]

    /// Kinds, modes and contents below `src`, as text that two trees can be compared by.
    private static func picture(of name: String) -> String {
        """
        cd '\(name)' && find . -mindepth 1 | LC_ALL=C sort | while read -r f; do
            stat -c '%n %A' "$f"; test -f "$f" && cat "$f" && echo
        done; true
        """
    }

    private func nearTree() async throws -> FarSide {
        // This side has a shell too.
        let near = try await FarSide(LocalCommunicator())
        try await near.shell(Self.tree)
        return near
    }

    @Test(arguments: ContractSubject.all)
    func `goes up as itself without a slash and as its contents with one`(
        _ subject: ContractSubject
    ) async throws {
        let near = try await nearTree()
        try await subject.withFarSide { far async throws in
            let machine = far.communicator
            try await machine.uploadDirectory(near["src"], to: far["new"])
            try await machine.uploadDirectory(near["src"], to: far["new"])
            try await machine.uploadDirectory(near["src/"], to: far["contents"])
            try await far.shell("mkdir there; printf keep > there/keep; printf old > there/a")
            try await machine.uploadDirectory(near["src/"], to: far["there/"])
            #expect(try await names(far, "new") == ["src"] + Self.contents.map { "src/\($0)" })
            #expect(try await names(far, "contents") == Self.contents)
            #expect(try await names(far, "there") == (Self.contents + ["keep"]).sorted())
            #expect(try await far.bytes("there/a") == Array("a".utf8))
            #expect(try await far.bytes("there/keep") == Array("keep".utf8))
        }
        try await near.remove()
    }

    @Test(arguments: ContractSubject.all)
    func `keeps modes and follows links, up and down`(_ subject: ContractSubject) async throws {
        let near = try await nearTree()
        // A copy by the system's own tool, links followed.
        try await near.shell("umask 022; cp -rLp src expected")
        let expected = try await near.shell(Self.picture(of: "expected"))
        try await subject.withFarSide { far async throws in
            try await far.communicator.uploadDirectory(near["src/"], to: far["up"])
            #expect(try await far.shell(Self.picture(of: "up")) == expected)
            try await far.communicator.downloadDirectory(far["up"], to: near["down"])
        }
        #expect(try await near.shell("ls -A down") == "up\n")
        let masked = try await near.shell(Self.picture(of: "down/up"))
        // Under the usual umask nothing of these modes is taken away but group's write bit.
        #expect(masked == expected)
        try await near.remove()
    }

    @Test(arguments: ContractSubject.all)
    func `comes down as itself without a slash and as its contents with one`(
        _ subject: ContractSubject
    ) async throws {
        let near = try TemporaryDirectory()
        try await subject.withFarSide { far async throws in
            try await far.shell("mkdir -p d/e; printf x > d/e/x; ln -s e/x d/link")
            try await far.communicator.downloadDirectory(far["d"], to: near["one"])
            try await far.communicator.downloadDirectory(far["d/"], to: near["two"])
            try await far.communicator.downloadDirectory(far["d/"], to: near.path)
        }
        #expect(try near.names() == ["e", "link", "one", "two"])
        #expect(try near.read("one/d/e/x") == Array("x".utf8))
        #expect(try near.read("two/e/x") == Array("x".utf8))
        #expect(try near.read("two/link") == Array("x".utf8))
    }

    @Test(arguments: ContractSubject.all)
    func `is refused where parts of it cannot arrive`(_ subject: ContractSubject) async throws {
        let near = try await FarSide(LocalCommunicator())
        try await near.shell(
            """
            mkdir dangling loop fifo plain; ln -s /no/such/file dangling/link
            ln -s .. loop/back; mkfifo fifo/pipe; touch plain/f file
            """
        )
        try await subject.withFarSide { far async throws in
            try await far.shell("touch file")
            let cases = [
                ("dangling", "up", near["dangling/link"]), ("loop", "up", near["loop/back"]),
                ("fifo", "up", near["fifo/pipe"]), ("none", "up", near["none"]),
                ("file", "up", near["file"]), ("plain", "no/parent", far["no/parent"]),
                ("plain", "file", far["file"]),
            ]
            for (source, target, named) in cases {
                let error = try await communicatorError {
                    try await far.communicator.uploadDirectory(near[source], to: far[target])
                }
                #expect(error.target.contains(named), "\(error)")
            }
            #expect(try await far.bytes("file") == [])
        }
        try await near.remove()
    }

    @Test(arguments: ContractSubject.all)
    func `does not come down where parts of it cannot`(_ subject: ContractSubject) async throws {
        let near = try TemporaryDirectory()
        try await subject.withFarSide { far async throws in
            try await far.shell(
                """
                mkdir dangling loop fifo; ln -s /no/such/file dangling/link
                ln -s .. loop/back; mkfifo fifo/pipe; touch file
                """
            )
            for (source, named) in [
                ("dangling", "dangling/link"), ("loop", "loop/back"), ("fifo", "fifo/pipe"),
                ("none", "none"), ("file", "file"),
            ] {
                let error = try await communicatorError {
                    try await far.communicator.downloadDirectory(far[source], to: near["d"])
                }
                #expect(error.target.contains(far[named]), "\(error)")
            }
        }
    }

    private func names(_ far: FarSide, _ directory: String) async throws -> [String] {
        try await far.shell("cd \(directory) && find . -mindepth 1 | LC_ALL=C sort")
            .split(separator: "\n").map { String($0.dropFirst(2)) }
    }
}
