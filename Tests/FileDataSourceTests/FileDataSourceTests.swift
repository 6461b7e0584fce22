import Communicator
import Components
import Configuration
import FileDataSource
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FileDataSourceTests {
    private let here: TemporaryDirectory

    init() throws {
        here = try TemporaryDirectory()
    }

    private func values(_ path: String) async throws -> ConfigurationValue {
        let options = ConfigurationValue.map(["path": .string(path)])
        return try await FileDataSource.prepare(options, in: PrepareContext()).component.execute()
    }

    @Test func `gives the text, its size in bytes and its SHA-256`() async throws {
        let path = try here.write(Array("grüße\n".utf8), to: "f")
        let sum = try await Program("sha256sum").succeed([path]).prefix(64)
        #expect(
            try await values(path)
                == .map([
                    "content": .string("grüße\n"), "size": .integer(8), "sha256": .string("\(sum)"),
                ])
        )
        #expect(FileDataSource.outputs.map(\.name).sorted() == ["content", "sha256", "size"])
    }

    @Test func `an empty file is a text too`() async throws {
        guard case .map(let values) = try await values(try here.write([], to: "f")) else {
            Issue.record("no map")
            return
        }
        #expect(values["content"] == .string("") && values["size"] == .integer(0))
    }

    @Test func `a file that says it is empty is read to its end`() async throws {
        guard case .map(let values) = try await values("/proc/self/status"),
            case .string(let text)? = values["content"]
        else {
            Issue.record("no text")
            return
        }
        #expect(text.hasPrefix("Name:"))
    }

    @Test func `bytes that are not UTF-8 are an error`() async throws {
        let path = try here.write([0x61, 0xFF], to: "f")
        let error = await #expect(throws: FileDataSourceError.self) { try await values(path) }
        #expect(error?.code == .notText)
        #expect(error?.description.contains(path) == true)
    }

    @Test func `a file is as large as the limit at most`() async throws {
        let largest = [UInt8](repeating: 0x61, count: FileDataSource.maximumSize)
        guard case .map(let values) = try await values(try here.write(largest, to: "f")) else {
            Issue.record("no map")
            return
        }
        #expect(values["size"] == .integer(Int64(largest.count)))
        let path = try here.write(largest + [0x61], to: "f")
        let error = await #expect(throws: FileDataSourceError.self) { try await self.values(path) }
        #expect(error?.code == .tooLarge)
    }

    @Test func `a missing file, a directory and a FIFO are errors at once`() async throws {
        for path in [here["missing"], here.path, try here.makeFIFO("fifo")] {
            let error = await #expect(throws: CommunicatorError.self) { try await values(path) }
            #expect(error?.description.contains(path) == true)
        }
    }

    @Test(arguments: [ConfigurationValue.map([:]), .map(["path": .string("")])])
    func `a path must be given`(options: ConfigurationValue) {
        let error = #expect(throws: ConfigurationErrors.self) {
            try FileDataSource.prepare(options, in: PrepareContext())
        }
        #expect(error?.description.contains("path must be specified") == true)
    }

    @Test func `every error says what to do`() {
        #expect(FileDataSourceError.Code.all.allSatisfy { $0.remedy.hasSuffix(".") })
    }
}
