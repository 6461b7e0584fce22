import Communicator
import TestSupport
import Testing

/// The table of `docs/TRANSFERS.md`: what is moved, onto what, in both directions.
@Suite(.timeLimit(.minutes(5))) struct `The table of path semantics` {
    /// What is at the destination before.
    enum Destination: String, CaseIterable {
        case absent, file, directory, noParent

        var making: String {
            switch self {
            case .absent, .noParent: ":"
            case .file: "printf old > p"
            case .directory: "mkdir p; printf kept > p/other"
            }
        }

        /// The path, without a slash at its end.
        var path: String { self == .noParent ? "none/p" : "p" }
    }

    /// What is moved: a file, a directory, or with a slash the contents of one.
    enum Source: String, CaseIterable {
        case file = "f"
        case directory = "d"
        case contents = "d/"
    }

    struct Row: CustomStringConvertible {
        let source: Source
        let destination: Destination
        let hasSlash: Bool

        static let all = Source.allCases.flatMap { source in
            Destination.allCases.flatMap { destination in
                [false, true].map {
                    Row(source: source, destination: destination, hasSlash: $0)
                }
            }
        }

        var description: String { "\(source.rawValue) to \(destination)\(hasSlash ? "/" : "")" }
        var path: String { destination.path + (hasSlash ? "/" : "") }

        /// The files that are there afterwards and what they hold, or the refusal.
        var outcome: Result<[String], Refusal> {
            let kept = destination == .directory ? ["./p/other=kept"] : []
            switch (source, destination) {
            case (_, .noParent): return .failure(Refusal(codes: [.noSuchFile]))
            case (.file, .absent) where hasSlash, (.file, .file) where hasSlash,
                (.file, .directory):
                return .failure(Refusal(codes: [.isDirectory, .noSuchFile, .notDirectory]))
            case (.directory, .file), (.contents, .file):
                return .failure(Refusal(codes: [.notDirectory]))
            case (.file, _): return .success(["./p=new"])
            case (.directory, _): return .success(["./p/d/g=new"] + kept)
            case (.contents, _): return .success(["./p/g=new"] + kept)
            }
        }
    }

    struct Refusal: Error {
        let codes: Set<CommunicatorError.Code>
    }

    private static let picture =
        "find . -type f | LC_ALL=C sort | while read -r f; do echo \"$f=$(cat \"$f\")\"; done"

    @Test(arguments: ContractSubject.all)
    func `holds on the way up`(_ subject: ContractSubject) async throws {
        let near = try await source(FarSide(LocalCommunicator()))
        try await subject.withFarSide { far async throws in
            try await check(on: far) { row in
                try await move(near[row.source.rawValue], to: far[row.path], row) {
                    try await far.communicator.upload(.file($0), to: $1)
                } directory: {
                    try await far.communicator.uploadDirectory($0, to: $1)
                }
            }
        }
        try await near.remove()
    }

    @Test(arguments: ContractSubject.all)
    func `holds on the way down`(_ subject: ContractSubject) async throws {
        let near = try await FarSide(LocalCommunicator())
        try await subject.withFarSide { far async throws in
            let far = try await source(far)
            try await check(on: near) { row in
                try await move(far[row.source.rawValue], to: near[row.path], row) {
                    try await far.communicator.download($0, to: .file($1))
                } directory: {
                    try await far.communicator.downloadDirectory($0, to: $1)
                }
            }
        }
        try await near.remove()
    }

    private func source(_ side: FarSide) async throws -> FarSide {
        try await side.shell("printf new > f; mkdir d; printf new > d/g")
        return side
    }

    private func move(
        _ source: String,
        to destination: String,
        _ row: Row,
        file: (String, String) async throws -> Void,
        directory: (String, String) async throws -> Void
    ) async throws {
        if row.source == .file {
            try await file(source, destination)
        } else {
            try await directory(source, destination)
        }
    }

    /// Does `move` for each row and compares what is there then.
    private func check(on side: FarSide, _ move: (Row) async throws -> Void) async throws {
        for row in Row.all {
            try await side.shell("rm -rf p none; \(row.destination.making)")
            let before = try await side.shell(Self.picture)
            var refused: CommunicatorError?
            do { try await move(row) } catch let error as CommunicatorError { refused = error }
            let after = try await side.shell(Self.picture)
            switch row.outcome {
            case .success(let files):
                #expect(refused == nil, "\(row): \(String(describing: refused))")
                let found = after.split(separator: "\n").filter { $0.hasPrefix("./p") }
                #expect(Set(found.map(String.init)) == Set(files), "\(row)")
            case .failure(let refusal):
                let code = try #require(refused?.code, "\(row) was not refused")
                #expect(refusal.codes.contains(code), "\(row): \(code)")
                #expect(after == before, "\(row)")
            }
        }
    }
}
