import PluginHost
import Testing

@Suite struct PluginPlaceTests {
    private func places(
        _ commandLine: [String] = [],
        _ environment: [String: String],
        program: String? = nil,
        folders: Set<String> = []
    ) -> [String] {
        PluginPlace.standard(
            commandLine: commandLine,
            environment: environment,
            program: program,
            isFolder: folders.contains
        ).map(\.path)
    }

    @Test func `the command line comes first, then PACKER_PLUGIN_PATH from its end, then the rest`()
    {
        let found = places(
            ["/a", "/b"],
            ["PACKER_PLUGIN_PATH": "/c:/d", "HOME": "/home/u"],
            program: "/usr/local/bin/packer-swift"
        )
        #expect(
            found == ["/a", "/b", "/d", "/c", "/home/u/.config/packer/plugins", "/usr/local/bin"]
        )
    }

    @Test func `a folder is looked through once, where it comes first`() {
        let found = places(["/a", "/c"], ["PACKER_PLUGIN_PATH": "/c:/a:/e", "HOME": ""])
        #expect(found == ["/a", "/c", "/e"])
    }

    @Test(
        arguments: [
            (["HOME": "/h", "PACKER_CONFIG_DIR": "/p"], [], "/p/.packer.d/plugins"),
            (["HOME": "/h"], ["/h/.packer.d"], "/h/.packer.d/plugins"),
            (["HOME": "/h", "XDG_CONFIG_HOME": "/x"], [], "/x/packer/plugins"),
            (["HOME": "/h", "XDG_CONFIG_HOME": "/x"], ["/h/.packer.d"], "/h/.packer.d/plugins"),
            (["HOME": "/h", "XDG_CONFIG_HOME": ""], [], "/h/.config/packer/plugins"),
        ] as [([String: String], Set<String>, String)]
    )
    func `the user's folder is Packer's`(
        environment: [String: String],
        folders: Set<String>,
        expected: String
    ) {
        #expect(places([], environment, folders: folders) == [expected])
    }

    @Test func `nothing is looked for where nothing is known`() {
        #expect(places([], [:]) == [])
    }
}
