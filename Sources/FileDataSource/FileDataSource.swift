internal import COpenSSL
internal import Communicator
public import Components
public import Configuration

/// Gives a template what is in a file of this machine, and the file's checksum.
///
/// For a file that only exists when the build starts, or that another program writes; Packer's own
/// function `file()` reads while the template is parsed, and gives no checksum.
public struct FileDataSource: DataSource {
    /// The largest file that is given: it crosses to Packer in one message, and templates hold it.
    public static let maximumSize = 4 << 20

    let path: String

    /// The options, in the order of their declaration, for documentation and plugin specs.
    public static var fields: [FieldSpecification] { FileDataSourceConfiguration.fields }

    /// The values: `content`, `sha256` and `size`.
    public static var outputs: [FieldSpecification] { FileDataSourceOutputs.fields }

    /// Checks the options; does not look at the file, which may be made later.
    ///
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    public static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<FileDataSource> {
        let options = try context.decode(FileDataSourceConfiguration.self, from: configuration)
        return Prepared(FileDataSource(path: options.path), warnings: options.deprecationWarnings)
    }

    /// Reads the file.
    ///
    /// - Returns: A map with a value for each of ``outputs``.
    /// - Throws: `CommunicatorError` for what cannot be read, and for what changes meanwhile;
    ///   ``FileDataSourceError`` for a file that is too large or no text.
    public func execute() async throws -> ConfigurationValue {
        let path = BytePath(path)
        let bytes = try await FileQueue().run { try Self.read(path) }
        guard let content = String(validating: bytes, as: UTF8.self) else {
            throw FileDataSourceError(
                .notText,
                "reading \(path) failed: its \(bytes.count) bytes are not UTF-8"
            )
        }
        return .map([
            "content": .string(content), "sha256": .string(Self.sha256(bytes)),
            "size": .integer(Int64(bytes.count)),
        ])
    }

    private static func read(_ path: BytePath) throws -> [UInt8] {
        let file = try LocalFileReader(opening: path)
        // A file of /proc says that it is empty; only reading tells.
        let bytes = try file.read(at: 0, count: maximumSize + 1)
        guard bytes.count <= maximumSize else {
            throw FileDataSourceError(
                .tooLarge,
                "reading \(path) failed: it has more than \(maximumSize) bytes"
            )
        }
        try file.checkUnchanged()
        return bytes
    }

    private static func sha256(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        let code = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        precondition(code == 1, "libcrypto has no SHA-2")
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// What a template says about the file.
struct FileDataSourceConfiguration: ConfigurationBlock {
    @Field(
        "The file to read: text in UTF-8, at most 4 MiB.",
        missing: missingPath,
        check: { $0.isEmpty ? missingPath : nil }
    )
    var path: String

    private static let missingPath = "path must be specified"
}

/// What a template can use of it.
struct FileDataSourceOutputs: ConfigurationBlock {
    @Field("The text of the file.")
    var content: String?

    @Field("The SHA-256 of its bytes, in lower-case hexadecimal.", key: "sha256")
    var sha256: String?

    @Field("How many bytes it has.")
    var size: Int?
}
