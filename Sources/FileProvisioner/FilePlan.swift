internal import Communicator

/// One transfer of a file provisioner, with all paths decided.
struct FileTransfer: Sendable, Equatable {
    enum Work: Sendable, Equatable {
        case uploadFile(String, to: String)
        case uploadDirectory(String, to: String)
        case uploadContent([UInt8], to: String)
        case downloadFile(String, to: String)
        case downloadDirectory(String, to: String)
    }

    var work: Work
    /// What to say when it begins, in Packer's words.
    var announcement: String
    /// The local directory that has to be there for a download.
    var localDirectory: String?
}

/// All transfers of a file provisioner; made before the first byte moves.
struct FilePlan: Sendable, Equatable {
    var transfers: [FileTransfer]

    /// The text of a template as a file.
    init(content: [UInt8], destination: String) {
        transfers = [
            FileTransfer(
                work: .uploadContent(content, to: destination),
                announcement: "Uploading content => \(destination)"
            )
        ]
    }

    /// Uploads of local files and directories.
    ///
    /// Asks the local disk what each source is.
    ///
    /// - Throws: ``FileProvisionerError``.
    init(uploading sources: [String], destination: String) throws(FileProvisionerError) {
        transfers = []
        for source in sources {
            if let fault = LocalSource.fault(of: source) {
                throw FileProvisionerError(.badSource, "Bad source '\(source)': \(fault).")
            }
            let work: FileTransfer.Work =
                if LocalSource.isDirectory(source) {
                    .uploadDirectory(source, to: Self.withoutSlash(destination))
                } else {
                    .uploadFile(source, to: Self.target(of: source, in: destination))
                }
            transfers.append(
                FileTransfer(work: work, announcement: "Uploading \(source) => \(destination)")
            )
        }
        try refuseConflicts()
    }

    /// Downloads; a source that ends in a slash is a directory, whose name is kept.
    ///
    /// - Throws: ``FileProvisionerError``.
    init(downloading sources: [String], destination: String) throws(FileProvisionerError) {
        transfers = sources.map { source in
            let isIntoDirectory = destination.hasSuffix("/")
            if source.hasSuffix("/") {
                return FileTransfer(
                    work: .downloadDirectory(
                        Self.withoutSlash(source),
                        to: Self.withoutSlash(destination)
                    ),
                    announcement: "Downloading \(source) => \(destination)",
                    localDirectory: destination
                )
            }
            let target = Self.target(of: source, in: destination)
            return FileTransfer(
                work: .downloadFile(source, to: target),
                announcement: "Downloading \(source) => \(target)",
                localDirectory: isIntoDirectory ? destination : BytePath(destination).parent.text
            )
        }
        try refuseConflicts()
    }

    private func refuseConflicts() throws(FileProvisionerError) {
        var targets: Set<String> = []
        for transfer in transfers {
            switch transfer.work {
            case .uploadFile(let source, let target), .downloadFile(let source, let target):
                guard !targets.insert(target).inserted else { continue }
                throw FileProvisionerError(
                    .conflictingTargets,
                    "Source '\(source)' would overwrite '\(target)', which another source of this "
                        + "provisioner writes."
                )
            case .uploadDirectory, .uploadContent, .downloadDirectory: continue
            }
        }
    }

    private static func target(of source: String, in destination: String) -> String {
        destination.hasSuffix("/")
            ? destination + String(decoding: BytePath(source).name, as: UTF8.self) : destination
    }

    private static func withoutSlash(_ path: String) -> String {
        var path = path[...]
        while path.utf8.count > 1 && path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        return String(path)
    }
}

extension BytePath {
    /// The path as text; it came from text.
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}
