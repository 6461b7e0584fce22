import Testing

@testable import Processes

struct ProcessEnvironmentTests {
    @Test func `puts variables in place of those of the same names`() throws {
        let old = try #require(ProcessEnvironment.variables["PATH"])
        let entries = ProcessEnvironment.entries(adding: ["PATH": [0xFF], "NEW_ONE": []])
        #expect(
            entries.filter { $0.starts(with: Array("PATH=".utf8)) } == [
                Array("PATH=".utf8) + [0xFF]
            ]
        )
        #expect(entries.contains(Array("NEW_ONE=".utf8)))
        #expect(!entries.contains(Array("PATH=\(old)".utf8)))
        #expect(entries.count == ProcessEnvironment.entries.count + 1)
    }
}
