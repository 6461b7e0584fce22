import Communicator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct `A name` {
    private static let names = [
        "with space", " leading and trailing ", "q'uote", "dou\"ble", "$(touch harm)",
        "`touch harm`",
        "new\nline", "tab\there", "-dash", "--", "~", "*", "?[a]", "back\\slash", "a;b&c|d>e<f",
        "#",
        "uni-é-日本", "e\u{301}", "cr\rlf", "\u{1B}[31m", String(repeating: "n", count: 200),
    ]

    @Test(arguments: ContractSubject.all)
    func `of a file survives both ways`(_ subject: ContractSubject) async throws {
        let near = try TemporaryDirectory()
        try await subject.withFarSide { far async throws in
            for (index, name) in Self.names.enumerated() {
                let bytes = Array("content \(index)".utf8)
                let local = try near.write(bytes, to: name)
                try await far.communicator.upload(.file(local), to: far[name])
                #expect(try await far.bytes(name) == bytes, "\(name)")
                try await far.communicator.download(far[name], to: .file(local + "2"))
                #expect(try near.read(name + "2") == bytes, "\(name)")
            }
            #expect(
                try await Int(far.shell("find . -type f -print0 | tr -dc '\\0' | wc -c").trimmed)
                    == Self.names.count
            )
        }
    }

    @Test(arguments: ContractSubject.all)
    func `within a tree survives both ways, even one that is not UTF-8`(
        _ subject: ContractSubject
    ) async throws {
        let near = try await FarSide(LocalCommunicator())
        let odd = Self.names + ["..a"]
        try await near.shell("mkdir src")
        for name in odd {
            let directory = ShellWord.quote("src/\(name)")
            try await near.shell("mkdir \(directory); printf %s \(directory) > \(directory)/f")
        }
        try await near.shell("f=$(printf 'src/\\377\\376 x'); mkdir \"$f\"; printf odd > \"$f\"/g")
        try await subject.withFarSide { far async throws in
            try await far.communicator.uploadDirectory(near["src"], to: far["up $(x)"])
            try await far.communicator.downloadDirectory(far["up $(x)/src/"], to: near["down"])
            let picture =
                "find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sh -c "
                + "'for f; do printf \"%s\\0\" \"$f\"; cat \"$f\"; done' sh"
            let sent = try await near.outcome(
                of: RemoteCmd("cd \(ShellWord.quote(near["src"])) && \(picture)")
            )
            let arrived = try await far.outcome(
                of: RemoteCmd("cd \(ShellWord.quote(far["up $(x)/src"])) && \(picture)")
            )
            #expect(sent.output.count > 800)
            #expect(sent.output == arrived.output)
        }
        try await near.shell("diff -r src down")
        try await near.remove()
    }
}
