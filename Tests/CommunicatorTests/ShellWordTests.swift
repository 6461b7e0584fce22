import Communicator
import Testing

@Suite struct `A quoted word` {
    @Test(arguments: ["", "a b", "it's", "$(x)`y`", "new\nline", "-", "~", "\\", "\"", "é"])
    func `is read back unchanged by a shell`(_ word: String) async throws {
        let command = RemoteCmd("printf %s \(ShellWord.quote(word))")
        let result = try await LocalCommunicator().run(command) { execution in
            var bytes: [UInt8] = []
            for try await case .standardOutput(let chunk) in execution.output { bytes += chunk }
            return bytes
        }
        #expect(result.value == Array(word.utf8))
    }
}
