import Testing

@testable import ShellProvisioner

struct EnvironmentFileTests {
    @Test func `exports by name with the quotes of values closed`() throws {
        let file = try EnvironmentFile(["B": Array("it's".utf8), "A": []])
        #expect(
            String(decoding: file.bytes, as: UTF8.self)
                == "export A=''\nexport B='it'\"'\"'s'\n"
        )
    }

    @Test(arguments: ["", "1A", "A B", "A;id", "A-B", "Ä", "A=B", "A\n"])
    func `refuses a name that a shell would not accept`(name: String) {
        let error = #expect(throws: ShellProvisionerError.self) {
            try EnvironmentFile([name: []])
        }
        #expect(error?.code == .invalidEnvironment)
    }

    @Test func `refuses NUL and does not show the value`() {
        let error = #expect(throws: ShellProvisionerError.self) {
            try EnvironmentFile(["TOKEN": Array("geheim\0".utf8)])
        }
        #expect(error?.description.contains("TOKEN") == true)
        #expect(error?.description.contains("geheim") == false)
    }

    @Test(arguments: ["_", "A", "a_1", "PATH"])
    func `accepts names of letters, digits and underscores`(name: String) throws {
        #expect(try EnvironmentFile([name: [0xFF]]).variables == [name: [0xFF]])
    }

    @Test(
        arguments: [
            ("%s='%s' ", "K='it'\"'\"'s' "),
            ("export %s='%s'\n", "export K='it'\"'\"'s'\n"),
            ("100%%%s:%s", "100%K:it'\"'\"'s"),
        ]
    )
    func `writes a variable in the user's format`(format: String, expected: String) throws {
        let format = try #require(VariableFormat(format))
        let bytes = format.bytes(name: "K", value: Array("it's".utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test(arguments: ["", "%s", "%s%s%s", "%s=%d", "%s=%s%"])
    func `refuses a format without exactly two names`(format: String) {
        #expect(VariableFormat(format) == nil)
    }
}
