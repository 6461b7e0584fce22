import Communicator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct `What is excluded from a directory` {
    /// A tree with what cannot be moved in the places that are excluded.
    private static let tree = """
        mkdir -p src/keep/deep/build/x src/build src/sub/cache src/other/sub outside/d
        printf 1 > src/a.c; printf 2 > src/a.o; printf 3 > src/keep/b.o; printf 4 > src/keep/b.c
        printf 5 > src/keep/deep/build/x/f; printf 6 > src/build/f; printf 7 > src/sub/f
        printf 8 > src/sub/cache/f; printf 9 > src/other/sub/f; printf 0 > src/.hidden
        mkfifo src/pipe.o src/build/pipe; ln -s /no/such/file src/dangling.o
        ln -s . src/keep/deep/loop; ln -s ../outside src/linked; mkfifo outside/d/pipe
        printf o > outside/f; ln -s ../../outside src/keep/cutlink
        f=$(printf 'src/odd\\377.o'); printf x > "$f"
        """

    private static let exclude = [
        "*.o", "build", "/sub", "keep/deep/loop", "linked/d", "keep/cut*", ".h[hi]dden",
    ]

    private static let rest = [
        "a.c", "keep", "keep/b.c", "keep/deep", "linked", "linked/f", "other", "other/sub",
        "other/sub/f",
    ]

    private func names(_ side: FarSide, _ directory: String) async throws -> [String] {
        try await side.shell("cd \(directory) && find . -mindepth 1 | LC_ALL=C sort")
            .split(separator: "\n").map { String($0.dropFirst(2)) }
    }

    @Test(arguments: ContractSubject.all)
    func `stays out on the way up, and nothing is asked about it`(
        _ subject: ContractSubject
    ) async throws {
        let near = try await FarSide(LocalCommunicator())
        try await near.shell(Self.tree)
        try await subject.withFarSide { far async throws in
            let options = TransferOptions(exclude: Self.exclude)
            let machine = far.communicator
            try await machine.uploadDirectory(near["src"], to: far["up"], options: options)
            #expect(try await names(far, "up/src") == Self.rest)
            #expect(try await far.bytes("up/src/linked/f") == Array("o".utf8))
            try await machine.uploadDirectory(
                near["src/"],
                to: far["empty"],
                options: TransferOptions(exclude: ["**"])
            )
            #expect(try await names(far, "empty") == [])
            let error = try await communicatorError {
                let fewer = TransferOptions(exclude: Array(Self.exclude.dropFirst()))
                try await machine.uploadDirectory(near["src"], to: far["not"], options: fewer)
            }
            #expect(error.target.hasSuffix(".o"), "\(error)")
        }
        try await near.remove()
    }

    @Test(arguments: ContractSubject.all)
    func `stays out on the way down, and nothing is asked about it`(
        _ subject: ContractSubject
    ) async throws {
        let near = try await FarSide(LocalCommunicator())
        try await subject.withFarSide { far async throws in
            try await far.shell(Self.tree)
            // A directory that nobody but root may read.
            try await far.shell("chmod 0 src/build src/keep/deep/build")
            let options = TransferOptions(exclude: Self.exclude)
            let machine = far.communicator
            try await machine.downloadDirectory(far["src"], to: near["down"], options: options)
            #expect(try await names(near, "down/src") == Self.rest)
            #expect(try await near.bytes("down/src/linked/f") == Array("o".utf8))
            #expect(try await near.bytes("down/src/other/sub/f") == Array("9".utf8))
            try await machine.downloadDirectory(
                far["src/"],
                to: near["empty"],
                options: TransferOptions(exclude: ["**"])
            )
            #expect(try await names(near, "empty") == [])
            let error = try await communicatorError {
                let fewer = TransferOptions(exclude: Array(Self.exclude.dropFirst()))
                try await machine.downloadDirectory(far["src"], to: near["not"], options: fewer)
            }
            #expect(error.target.hasSuffix(".o"), "\(error)")
            try await far.shell("chmod 700 src/build src/keep/deep/build")
        }
        try await near.remove()
    }

    @Test(arguments: ContractSubject.all)
    func `keeps modes and links of the rest, and refuses a loop in it`(
        _ subject: ContractSubject
    ) async throws {
        let near = try await FarSide(LocalCommunicator())
        try await subject.withFarSide { far async throws in
            try await far.shell(
                """
                mkdir -p d/e/g out/in loop/a; printf x > d/e/g/x; chmod 640 d/e/g/x
                printf y > out/in/y; ln -s ../../out d/e/link; chmod 750 d/e; chmod 555 d/e/g
                ln -s .. loop/a/back
                """
            )
            let options = TransferOptions(exclude: ["nothing"])
            let machine = far.communicator
            try await machine.downloadDirectory(far["d"], to: near.directory, options: options)
            #expect(
                try await names(near, "d")
                    == ["e", "e/g", "e/g/x", "e/link", "e/link/in", "e/link/in/y"]
            )
            let modes = "stat -c %a d/e d/e/g d/e/g/x"
            #expect(try await near.shell(modes) == "750\n555\n640\n")
            let error = try await communicatorError {
                try await machine.downloadDirectory(
                    far["loop"],
                    to: near.directory,
                    options: options
                )
            }
            #expect(error.target.contains("loop/a/back"), "\(error)")
            #expect(error.detail.contains("leads back"), "\(error)")
        }
        try await near.shell("chmod -R u+w d")
        try await near.remove()
    }
}
