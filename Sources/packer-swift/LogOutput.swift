import Processes
import Components
import Console
import Interpolation
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the libraries' log goes, as for Packer: nowhere unless `PACKER_LOG` is set, then to the
/// file that `PACKER_LOG_PATH` names, or to standard error.
enum LogOutput {
    static func bootstrap() {
        guard let wish = ProcessEnvironment.variables["PACKER_LOG"], !wish.isEmpty, wish != "0"
        else {
            return LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        }
        let file = openFile() ?? .standardError
        LoggingSystem.bootstrap { label in LogFile(label: label, file: file) }
    }

    private static func openFile() -> OutputFile? {
        guard let path = ProcessEnvironment.variables["PACKER_LOG_PATH"], !path.isEmpty else {
            return nil
        }
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
        // The log tells hosts and paths: nobody else's business.
        let descriptor = unsafe open(path, flags, 0o600)
        guard descriptor >= 0 else {
            let reason = "PACKER_LOG_PATH \(path) cannot be written; logging to standard error.\n"
            try? OutputFile.standardError.write(Array(reason.utf8))
            return nil
        }
        return OutputFile(descriptor: descriptor)
    }
}

/// Writes one line for each event: time, level, label, message, metadata.
private struct LogFile: LogHandler {
    let label: String
    let file: OutputFile
    var logLevel = Logger.Level.trace
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let fields = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let text = TerminalText.harmless("\(event.message)\(fields)", keepsColor: false)
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
        let stamp = UTCTime.now().rfc3339
        let line = "\(stamp) [\(event.level.rawValue.uppercased())] \(label): \(text)\n"
        // A log that cannot be written must not end the build.
        try? file.write(Array(line.utf8))
    }
}
