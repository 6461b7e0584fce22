import MessagePack
import NetRPC
import Testing

@Suite struct RecordedMessageTests {
    struct Configs: Codable {
        var configs: [MessagePackValue]?
        enum CodingKeys: String, CodingKey { case configs = "Configs" }
    }

    struct BasicError: Codable {
        var message: String
        enum CodingKeys: String, CodingKey { case message = "Message" }
    }

    struct Prepared: Codable {
        var generatedVars: [String]?
        var warnings: [String]?
        var error: BasicError?
        enum CodingKeys: String, CodingKey {
            case generatedVars = "GeneratedVars"
            case warnings = "Warnings"
            case error = "Error"
        }
    }

    struct Start: Codable {
        var command: String
        var stdin: UInt32
        var stdout: UInt32
        var stderr: UInt32
        var response: UInt32
        enum CodingKeys: String, CodingKey {
            case command = "Command"
            case stdin = "StdinStreamId"
            case stdout = "StdoutStreamId"
            case stderr = "StderrStreamId"
            case response = "ResponseStreamId"
        }
    }

    struct Upload: Codable {
        var path: String
        var reader: UInt32
        var fileInfo: FileInfo?
        enum CodingKeys: String, CodingKey {
            case path = "Path"
            case reader = "ReaderStreamId"
            case fileInfo = "FileInfo"
        }
    }

    struct FileInfo: Codable {
        var name: String
        var size: Int64
        var mode: UInt32
        var time: MessagePackTimestamp
        enum CodingKeys: String, CodingKey {
            case name = "N"
            case size = "S"
            case mode = "M"
            case time = "T"
        }
    }

    struct ConfigSpec: Codable {
        var configSpec: [UInt8]
        enum CodingKeys: String, CodingKey { case configSpec = "ConfigSpec" }
    }

    struct HookRun: Codable {
        var name: String
        var data: MessagePackValue
        var stream: UInt32
        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case data = "Data"
            case stream = "StreamId"
        }
    }

    struct PostProcessed: Codable {
        var error: BasicError?
        var keep: Bool
        var forceOverride: Bool
        var stream: UInt32
        enum CodingKeys: String, CodingKey {
            case error = "Err"
            case keep = "Keep"
            case forceOverride = "ForceOverride"
            case stream = "StreamId"
        }
    }

    struct Provision: Codable {
        var generatedData: MessagePackValue
        var stream: UInt32
        enum CodingKeys: String, CodingKey {
            case generatedData = "GeneratedData"
            case stream = "StreamID"
        }
    }

    struct TrackProgress: Codable {
        var source: String
        var total: Int64
        var current: Int64
        enum CodingKeys: String, CodingKey {
            case source = "Src"
            case total = "TotalSize"
            case current = "CurrentSize"
        }
    }

    /// The type of each recorded body, as Go has it.
    static let types: [(file: String, again: @Sendable ([UInt8]) throws -> [UInt8])] = [
        ("msg-builder-prepare-error.rsp", again(Prepared.self)),
        ("msg-builder-prepare.req", again(Configs.self)),
        ("msg-builder-prepare.rsp", again(Prepared.self)),
        ("msg-builder-run.req", again(UInt32.self)),
        ("msg-builder-run.rsp", again(UInt32.self)),
        ("msg-communicator-start-stdio.req", again(Start.self)),
        ("msg-communicator-start-stdio.rsp", again(NetRPCNothing.self)),
        ("msg-communicator-start.req", again(Start.self)),
        ("msg-communicator-start.rsp", again(NetRPCNothing.self)),
        ("msg-communicator-upload-fileinfo.req", again(Upload.self)),
        ("msg-communicator-upload-nofileinfo.req", again(Upload.self)),
        ("msg-communicator-upload-nofileinfo.rsp", again(NetRPCNothing.self)),
        ("msg-configspec-shell.rsp", again(ConfigSpec.self)),
        ("msg-configspec.req", again(NetRPCNothing.self)),
        ("msg-hook-run.req", again(HookRun.self)),
        ("msg-postprocessor-postprocess.req", again(UInt32.self)),
        ("msg-postprocessor-postprocess.rsp", again(PostProcessed.self)),
        ("msg-provisioner-prepare-hcl2.req", again(Configs.self)),
        ("msg-provisioner-prepare-json.req", again(Configs.self)),
        ("msg-provisioner-prepare-json.rsp", again(NetRPCNothing.self)),
        ("msg-provisioner-provision-error.rsp", again([String: Int].self)),
        ("msg-provisioner-provision.req", again(Provision.self)),
        ("msg-provisioner-provision.rsp", again(NetRPCNothing.self)),
        ("msg-ui-message.req", again(String.self)),
        ("msg-ui-message.rsp", again(NetRPCNothing.self)),
        ("msg-ui-newtrackprogress.req", again(TrackProgress.self)),
        ("msg-ui-newtrackprogress.rsp", again(String.self)),
        ("msg-ui-progress-add.req", again(Int.self)),
        ("msg-ui-progress-close.req", again(NetRPCNothing.self)),
        ("msg-ui-say.req", again(String.self)),
        ("msg-ui-say.rsp", again(NetRPCNothing.self)),
    ]

    private static func again<Value: Codable & SendableMetatype>(
        _ type: Value.Type
    ) -> @Sendable ([UInt8]) throws -> [UInt8] {
        { try MessagePackEncoder().encode(MessagePackDecoder().decode(type, from: $0)) }
    }

    private static func again<Header: NetRPCHeader>(
        _ type: Header.Type,
        _ bytes: [UInt8]
    ) throws -> [UInt8] {
        var writer = MessagePackWriter()
        try Header(MessagePackValue(decoding: bytes), limits: .standard).write(to: &writer)
        return writer.bytes
    }

    @Test func `has a type for each recorded message`() {
        let files = WireFiles.names(ending: ".req") + WireFiles.names(ending: ".rsp")
        #expect(Self.types.map(\.file) == files.sorted())
    }

    @Test func `encodes each recorded message again byte for byte`() throws {
        for (file, again) in Self.types {
            let message = try WireFiles.message(file)
            #expect(try again(message.body) == message.body, "\(file)")
            let header =
                file.hasSuffix("req")
                ? try Self.again(NetRPCRequestHeader.self, message.header)
                : try Self.again(NetRPCResponseHeader.self, message.header)
            #expect(header == message.header, "\(file)")
        }
    }

    @Test func `means what the recorded upload means`() throws {
        let message = try WireFiles.message("msg-communicator-upload-fileinfo.req")
        let upload = try MessagePackDecoder().decode(Upload.self, from: message.body)
        #expect(upload.path == "/srv/build/cap/up.dst" && upload.reader == 1)
        #expect(upload.fileInfo?.mode == 0o644 && upload.fileInfo?.size == 17)
        #expect(upload.fileInfo?.time.seconds == 0x6b02_dd4e)
    }

    @Test func `carries a gob config spec untouched`() throws {
        let message = try WireFiles.message("msg-configspec-shell.rsp")
        let spec = try MessagePackDecoder().decode(ConfigSpec.self, from: message.body)
        // Behind the length and the type ids of a gob stream's first definition.
        #expect(spec.configSpec.dropFirst(7).starts(with: "ObjectSpec".utf8))
    }
}
