package import Communicator

extension CommandTransfer {
    /// Puts a directory tree; see ``Communicator/uploadDirectory(_:to:options:)``.
    ///
    /// Directories are made first, with mode 0700. The files go, under numbers, into a directory
    /// beside them that only its user may enter; when all are there and have their sizes, each gets
    /// its place by a rename, and then the directories that were made get their modes, deepest
    /// first. After a failure only empty directories, or files that are whole, are left.
    package func uploadDirectory(
        _ source: String,
        to path: String,
        options: TransferOptions
    ) async throws {
        let destination = BytePath(path).asDirectory
        let top = try checked(destination, TransferOperation.uploadDirectory).forCommands
        let source = BytePath(source)
        let queue = FileQueue()
        let exclusion = Exclusion(options)
        let tree = try await queue.run { try LocalTree(walking: source, excluding: exclusion) }
        let root = source.namesItself ? top.appending(source.name) : top
        func place(of entry: LocalTree.Entry) -> BytePath {
            entry.relativePath.bytes.isEmpty ? root : root.appending(entry.relativePath.bytes)
        }
        let upload = CommandTreeUpload(
            transfer: self,
            root: root,
            directories: (root == top ? [] : [(path: top, mode: UInt32(0o755))])
                + tree.entries.filter(\.isDirectory).map {
                    (path: place(of: $0), mode: $0.mode & 0o777)
                },
            files: tree.entries.filter { !$0.isDirectory }.map { (place(of: $0), $0) },
            queue: queue
        )
        try await upload.run(options)
    }
}

/// A directory tree on its way to the far side.
private struct CommandTreeUpload {
    let transfer: CommandTransfer
    let root: BytePath
    /// Parents first, with the mode that they get when they are made.
    let directories: [(path: BytePath, mode: UInt32)]
    let files: [(path: BytePath, entry: LocalTree.Entry)]
    let queue: FileQueue

    func run(_ options: TransferOptions) async throws {
        let made = try await makeDirectories()
        guard !files.isEmpty else {
            try await finish(files: nil, made)
            return
        }
        let stage = root.temporarySibling().name
        let directory = root.appending(stage)
        try await transfer.undoing(directory, recursively: true) {
            try await makeStage(directory)
            let sizes = try await send(into: directory, options)
            try await check(sizes, in: directory)
            try await finish(files: directory, made)
        }
        await transfer.remove(directory, recursively: true)
    }

    /// Makes the directories, or accepts those that are there; gives those that were made.
    private func makeDirectories() async throws -> [(path: BytePath, mode: UInt32)] {
        var script = Array("\(FarScripts.parent)\n\(FarScripts.makeDirectory)\n".utf8)
        for directory in directories {
            script += Array("d ".utf8) + directory.path.shellWord + [0x0A]
        }
        let report = try await runScript(script)
        guard report.fields.count == directories.count else { throw violation() }
        return zip(directories, report.fields).filter { $0.1 == [0x31] }.map { $0.0 }
    }

    private func makeStage(_ directory: BytePath) async throws {
        _ = try await runScript(
            Array("e=$(mkdir ".utf8) + directory.shellWord
                + Array(" 2>&1) || fail text \"$e\"".utf8)
        )
    }

    private func send(
        into directory: BytePath,
        _ options: TransferOptions
    ) async throws -> [UInt64] {
        let (files, queue) = (files.map { ($0.path, $0.entry.path) }, queue)
        do {
            return try await transfer.carrier.send(
                count: files.count,
                into: directory,
                open: { try await UploadContent.open(file: files[$0].1, queue: queue) },
                sent: { number, size in
                    var meter = ProgressMeter(options, .upload, files[number].0, total: size)
                    meter.finish(size: size)
                }
            )
        } catch let error as CommunicatorError where error.target.hasPrefix("\(directory)") {
            throw await transfer.shell.explain(error, root, directory)
        }
    }

    /// Compares what `ls` says about the numbered files with what was sent.
    private func check(_ sizes: [UInt64], in directory: BytePath) async throws {
        let report = try await runScript(
            Array("put \"$(ls -n ".utf8) + directory.shellWord + Array(")\"".utf8)
        )
        var found: [Int: UInt64] = [:]
        for line in report.text(0).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 5, let number = words.last.flatMap({ Int($0) }) else { continue }
            found[number] = UInt64(words[4])
        }
        for (number, size) in sizes.enumerated() where found[number] != size {
            let arrived = found[number].map { "\($0)" } ?? "none"
            throw CommandFailure(TransferOperation.upload, files[number].path)
                .make(.transferFailed, "\(size) bytes were sent and \(arrived) arrived")
        }
    }

    /// Gives everything its mode, and the files their places.
    private func finish(
        files directory: BytePath?,
        _ made: [(path: BytePath, mode: UInt32)]
    ) async throws {
        var script: [UInt8] = []
        if let directory {
            script += Array("S=".utf8) + directory.shellWord
            script += Array(
                "\n\(FarScripts.follow)\n\(FarScripts.move)\n\(FarScripts.place)\n".utf8
            )
            script += modes()
            for (number, file) in files.enumerated() {
                script += Array("r \(number) ".utf8) + file.path.shellWord + [0x0A]
            }
        }
        for directory in made.reversed() {
            script += Array("at=".utf8) + directory.path.shellWord
            script += Array("; chmod 0\(String(directory.mode, radix: 8)) \"$at\"".utf8)
            script += Array(" || fail text 'chmod failed'\n".utf8)
        }
        for path in try await runScript(script).fields {
            transfer.warnInPlace(BytePath(bytes: path))
        }
    }

    private func modes() -> [UInt8] {
        let numbers = Dictionary(grouping: files.indices) { files[$0].entry.mode & 0o777 }
        var script: [UInt8] = []
        for (mode, numbers) in numbers.sorted(by: { $0.key < $1.key }) {
            for start in stride(from: 0, to: numbers.count, by: 500) {
                let some = numbers[start..<min(start + 500, numbers.count)]
                let names = some.map(String.init).joined(separator: " ")
                script += Array("m 0\(String(mode, radix: 8)) \(names)\n".utf8)
            }
        }
        return script
    }

    private func runScript(_ script: [UInt8]) async throws -> FarShell.Report {
        try await transfer.shell.run(script, TransferOperation.uploadDirectory, root)
    }

    private func violation() -> CommunicatorError {
        CommandFailure(TransferOperation.uploadDirectory, root)
            .make(.protocolViolation, "the shell on the machine gave no answer that makes sense")
    }
}
