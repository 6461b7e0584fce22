internal import Communicator
internal import Components

/// Carries out the transfers of a plan on one machine.
struct FileTransferRun {
    let machine: any Communicator
    let ui: any UserInterface

    /// Moves the bytes of one transfer; local directories for downloads are made first.
    func perform(_ transfer: FileTransfer) async throws {
        if let directory = transfer.localDirectory {
            try await FileQueue().run { try LocalDirectory.makeWithParents(BytePath(directory)) }
        }
        let options = TransferOptions(progress: { [ui] in ui.report($0) })
        switch transfer.work {
        case .uploadFile(let source, let target):
            try await machine.upload(.file(source), to: target, options: options)
        case .uploadContent(let bytes, let target):
            try await machine.upload(.bytes(bytes, mode: 0o600), to: target, options: options)
        case .uploadDirectory(let source, let target):
            try await machine.uploadDirectory(source, to: target, options: options)
        case .downloadFile(let source, let target):
            try await download(source, to: target, options)
        case .downloadDirectory(let source, let target):
            try await machine.downloadDirectory(source, to: target, options: options)
        }
    }

    private func download(
        _ source: String,
        to target: String,
        _ options: TransferOptions
    ) async throws {
        do {
            try await machine.download(source, to: .file(target), options: options)
        } catch var error as CommunicatorError where error.code == .isDirectory {
            error.remedy =
                "To download a directory, end the source with a slash: '\(source)/'. "
                + "To put a file into a directory, end the destination with one."
            throw error
        }
    }
}

extension FileTransfer.Work {
    /// What is being done, as a message begins.
    var verb: String {
        switch self {
        case .uploadFile, .uploadDirectory, .uploadContent: "Upload"
        case .downloadFile, .downloadDirectory: "Download"
        }
    }
}
