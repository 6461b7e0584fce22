import Communicator
import Testing

@testable import SSHCommunicator

@Suite struct TranslatedCommandTests {
    private let everyByte = (1...255).map { UInt8($0) }

    @Test func `has no byte that a login shell reads in a way of its own`() {
        let text = TranslatedCommand.text(everyByte + everyByte)
        #expect(text.allSatisfy { (0x20...0x7E).contains($0) })
        #expect(!text.contains { "\\!^".utf8.contains($0) })
        // The words: -c's, and those that were made of the script.
        let words = text.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
        #expect(words.count % 2 == 1)
        let outside = words.enumerated().filter { $0.offset % 2 == 0 }.map { Array($0.element) }
        #expect(outside.first == Array("exec /bin/sh -c ".utf8))
        #expect(outside.dropFirst(2).dropLast().allSatisfy { $0 == [0x20] })
        #expect(outside.last == [])
    }

    @Test(arguments: [0, 1, 899, 900, 901, 50_000])
    func `has no word that is too long for csh, and no escape in two`(count: Int) {
        for byte in [0x61, 0x27] as [UInt8] {
            let text = TranslatedCommand.text([UInt8](repeating: byte, count: count))
            let parts = text.split(separator: UInt8(ascii: "'"))
            let words = parts.dropFirst(3).filter { $0 != [0x20] }
            #expect(words.allSatisfy { $0.count <= 1_000 })
            #expect(words.allSatisfy { $0.count % 5 == 0 } || byte == 0x61)
            #expect(words.joined().count == (byte == 0x61 ? count : 5 * count))
        }
    }

    @Test func `is refused where the system takes no argument of its length`() throws {
        let shell = RemoteShell.translated
        let overhead = TranslatedCommand.text([]).count
        #expect(try shell.text(of: [], target: "t").count == overhead)
        // 3 bytes more for each of the words after the first.
        let most = (TranslatedCommand.longestText - overhead) * 900 / 903
        let longest = try shell.text(of: [UInt8](repeating: 0x61, count: most), target: "t")
        #expect((131_060...131_071).contains(longest.count))
        let error = #expect(throws: CommunicatorError.self) {
            _ = try shell.text(of: [UInt8](repeating: 0x61, count: most + 12), target: "t")
        }
        #expect(error?.code == .commandNotStarted)
        #expect(error?.detail.contains("131071 (MAX_ARG_STRLEN)") == true)
        // A POSIX shell gets what there is.
        #expect(try RemoteShell.posix.text(of: everyByte, target: "t") == everyByte)
    }
}
