import Build
import Console
import TestSupport
import Testing

/// Whole builds on this machine, from a template to what is on the disk afterwards.
struct LocalBuildTests {
    private let output = TestScreen()
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func `brings a script, a file and a directory to the machine`() async throws {
        try directory.write(Array("hello\n".utf8), to: "greeting.txt")
        try directory.write(Array("echo scripted > \(directory["script.out"])\n".utf8), to: "s.sh")
        let ok = try await build(
            """
            {"variables": {"who": "nobody"},
             "builders": [{"type": "null", "communicator": "local"}],
             "provisioners": [
              {"type": "shell", "inline": ["echo {{user `who`}} > \(directory["inline.out"])"]},
              {"type": "shell", "script": "\(directory["s.sh"])"},
              {"type": "file", "source": "\(directory["greeting.txt"])",
               "destination": "\(directory["copied.txt"])"}]}
            """,
            assignments: ["who=me"]
        )
        #expect(ok, "\(output.text)")
        #expect(try text("inline.out") == "me\n")
        #expect(try text("script.out") == "scripted\n")
        #expect(try text("copied.txt") == "hello\n")
        #expect(
            output.text.hasSuffix(
                """
                Build 'null' finished after TIME.

                ==> Wait completed after TIME

                ==> Builds finished. The artifacts of successful builds are:
                --> null: Did not export anything. This is the null builder

                """
            )
        )
    }

    @Test(arguments: [0, 2])
    func `runs two builds at once`(_ parallelBuilds: Int) async throws {
        try directory.makeFIFO("one")
        try directory.makeFIFO("two")
        // Each waits for the other: one after the other they would wait for ever.
        let ok = try await build(
            """
            {"builders": [{"type": "null", "name": "a", "communicator": "local"},
                          {"type": "null", "name": "b", "communicator": "local"}],
             "provisioners": [
              {"type": "shell", "only": ["a"], "timeout": "60s",
               "inline": ["echo 1 > '\(directory["one"])'", "read x < '\(directory["two"])'"]},
              {"type": "shell", "only": ["b"], "timeout": "60s",
               "inline": ["read x < '\(directory["one"])'", "echo 2 > '\(directory["two"])'"]}]}
            """,
            parallelBuilds: parallelBuilds
        )
        #expect(ok, "\(output.text)")
    }

    @Test func `runs one build after the other with one build at once`() async throws {
        let log = directory["log"]
        let ok = try await build(
            """
            {"builders": [{"type": "null", "name": "a", "communicator": "local"},
                          {"type": "null", "name": "b", "communicator": "local"}],
             "provisioners": [{"type": "shell", "inline": [
               "echo begin $PACKER_BUILD_NAME >> \(log)", "echo end $PACKER_BUILD_NAME >> \(log)"]}]}
            """,
            parallelBuilds: 1
        )
        #expect(ok, "\(output.text)")
        #expect(try text("log") == "begin a\nend a\nbegin b\nend b\n")
    }

    @Test(arguments: [(["b"], [], ["b"]), ([], ["b"], ["a", "c"]), (["a", "c"], ["c"], ["a"])])
    func `runs only the builds that are asked for`(
        _ only: [String],
        _ except: [String],
        _ expected: [String]
    ) async throws {
        let ok = try await build(
            """
            {"builders": [{"type": "null", "name": "a", "communicator": "local"},
                          {"type": "null", "name": "b", "communicator": "local"},
                          {"type": "null", "name": "c", "communicator": "local"}],
             "provisioners": [{"type": "shell",
               "inline": ["touch \(directory.path)/ran-$PACKER_BUILD_NAME"]}]}
            """,
            only: only,
            except: except
        )
        #expect(ok, "\(output.text)")
        let ran = try directory.names().filter { $0.hasPrefix("ran-") }
        #expect(ran == expected.map { "ran-\($0)" })
    }

    @Test func `says which builds there are when none is left`() async throws {
        let ok = try await build(
            #"{"builders": [{"type": "null", "name": "web", "communicator": "none"}]}"#,
            only: ["wbe"]
        )
        #expect(!ok)
        #expect(output.text.contains("wbe"))
        #expect(output.text.contains("web"))
    }

    @Test func `lays a build's override over the provisioner`() async throws {
        let ok = try await build(
            """
            {"builders": [{"type": "null", "name": "a", "communicator": "local"},
                          {"type": "null", "name": "b", "communicator": "local"}],
             "provisioners": [{"type": "shell", "inline": ["echo plain > \(directory.path)/a"],
               "override": {"b": {"inline": ["echo overridden > \(directory.path)/b"]}}}]}
            """
        )
        #expect(ok, "\(output.text)")
        #expect(try text("a") == "plain\n")
        #expect(try text("b") == "overridden\n")
    }

    @Test func `tries a script again and says which error came last`() async throws {
        let ok = try await build(
            """
            {"builders": [{"type": "null", "communicator": "local"}],
             "provisioners": [{"type": "shell", "max_retries": 2, "inline": [
               "echo x >> \(directory["tries"])", "exit $(wc -l < \(directory["tries"]))"]}]}
            """
        )
        #expect(!ok)
        #expect(try text("tries") == "x\nx\nx\n")
        #expect(output.text.contains("retrying with 2 trie(s) left"))
        #expect(output.text.contains("retrying with 1 trie(s) left"))
        let end = output.lines.first { $0.hasPrefix("Build 'null' errored") } ?? ""
        #expect(end.contains("3"), "\(end)")
    }

    @Test func `honours a timeout beside a pause and ends the script`() async throws {
        let ok = try await build(
            """
            {"builders": [{"type": "null", "communicator": "local"}],
             "provisioners": [{"type": "shell", "pause_before": "10ms", "timeout": "4s", "inline": [
               "echo $$ > \(directory["pid"])", "sleep 300"]}]}
            """
        )
        #expect(!ok)
        #expect(output.text.contains("Cancelling provisioner after a timeout..."))
        #expect(try !isRunning(text("pid")))
    }

    @Test func `prints events for machines`() async throws {
        let ok = try await build(
            """
            {"builders": [{"type": "null", "communicator": "local"}],
             "provisioners": [{"type": "shell", "inline": ["echo one,two"]}]}
            """,
            style: OutputStyle(isMachineReadable: true)
        )
        #expect(ok, "\(output.text)")
        #expect(output.lines.dropLast().allSatisfy { $0.hasPrefix("1795359696,") })
        #expect(
            output.lines.contains("1795359696,,ui,say,    null: one%!(PACKER_COMMA)two")
                || output.lines.contains("1795359696,,ui,message,    null: one%!(PACKER_COMMA)two")
                || output.lines.contains("1795359696,,ui,say,==> null: one%!(PACKER_COMMA)two"),
            "\(output.text)"
        )
        #expect(output.lines.contains("1795359696,null,artifact,0,builder-id,fnoeding.null"))
    }

    @Test func `fails at once where there is no communicator`() async throws {
        let ok = try await build(
            """
            {"builders": [{"type": "null", "communicator": "none"}],
             "provisioners": [{"type": "file", "content": "x", "destination": "/nowhere/x"}]}
            """
        )
        #expect(!ok)
        #expect(output.text.contains("Upload is not implemented when communicator = 'none'"))
    }

    @Test func `cancelling ends the script and leaves nothing of it`() async throws {
        let folder = try TemporaryDirectory()
        let template = """
            {"builders": [{"type": "null", "communicator": "local"}],
             "provisioners": [{"type": "shell", "remote_folder": "\(folder.path)", "inline": [
               "echo $$ > \(directory["pid"])", "echo script has begun", "sleep 300"]}]}
            """
        try directory.write(Array(template.utf8), to: "template.json")
        let request = PlanRequest(template: directory["template.json"])
        let screen = output.screen()
        let task = Task { await request.build(on: screen) }
        await output.wait(for: "script has begun")
        #expect(try !folder.names().isEmpty)
        task.cancel()
        #expect(await task.value == false)
        #expect(try !isRunning(text("pid")))
        #expect(try folder.names().isEmpty)
        #expect(output.text.contains("Build 'null' was cancelled after TIME."))
        #expect(output.text.contains("Cleanly cancelled builds after being interrupted."))
    }

    private func build(
        _ template: String,
        assignments: [String] = [],
        only: [String] = [],
        except: [String] = [],
        parallelBuilds: Int = 0,
        style: OutputStyle = OutputStyle()
    ) async throws -> Bool {
        try directory.write(Array(template.utf8), to: "template.json")
        let request = PlanRequest(
            template: directory["template.json"],
            assignments: assignments,
            only: only,
            except: except
        )
        return await request.build(on: output.screen(style), parallelBuilds: parallelBuilds)
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try directory.read(name), as: UTF8.self)
    }
}
