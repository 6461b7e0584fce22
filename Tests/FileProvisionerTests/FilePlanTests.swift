import Communicator
import TestSupport
import Testing

@testable import FileProvisioner

struct FilePlanTests {
    @Test(
        arguments: [
            ("/r/f", "a", FileTransfer.Work.downloadFile("/r/f", to: "a"), "a", ""),
            ("/r/f", "b/a", .downloadFile("/r/f", to: "b/a"), "b/a", "b"),
            ("/r/f", "/b/", .downloadFile("/r/f", to: "/b/f"), "/b/f", "/b/"),
            ("/r/d/", "a/", .downloadDirectory("/r/d", to: "a"), "a/", "a/"),
            ("/r/d/", "a", .downloadDirectory("/r/d", to: "a"), "a", "a"),
            ("f", "a/", .downloadFile("f", to: "a/f"), "a/f", "a/"),
        ]
    )
    func `decides where a download goes`(
        source: String,
        destination: String,
        work: FileTransfer.Work,
        shown: String,
        directory: String
    ) throws {
        let plan = try FilePlan(downloading: [source], destination: destination)
        #expect(
            plan.transfers == [
                FileTransfer(
                    work: work,
                    announcement: "Downloading \(source) => \(shown)",
                    localDirectory: directory
                )
            ]
        )
    }

    @Test func `decides where an upload goes`() throws {
        let here = try TemporaryDirectory()
        let file = try here.write([1], to: "f")
        let table: [(source: String, destination: String, work: FileTransfer.Work)] = [
            (file, "/a/b", .uploadFile(file, to: "/a/b")),
            (file, "/a/", .uploadFile(file, to: "/a/f")),
            (here.path, "/t", .uploadDirectory(here.path, to: "/t")),
            (here.path, "/t/", .uploadDirectory(here.path, to: "/t")),
            (here.path + "/", "/t/", .uploadDirectory(here.path + "/", to: "/t")),
            (here.path, "/", .uploadDirectory(here.path, to: "/")),
        ]
        for (source, destination, work) in table {
            let plan = try FilePlan(uploading: [source], destination: destination)
            #expect(
                plan.transfers == [
                    FileTransfer(
                        work: work,
                        announcement: "Uploading \(source) => \(destination)"
                    )
                ]
            )
        }
    }

    @Test func `refuses two sources with one target before anything moves`() throws {
        let error = #expect(throws: FileProvisionerError.self) {
            try FilePlan(downloading: ["/a/f", "/b/g", "/c/f"], destination: "t/")
        }
        #expect(error?.code == .conflictingTargets)
        #expect(error?.message.contains("'/c/f' would overwrite 't/f'") == true)
    }

    @Test func `refuses a source that is not there before anything moves`() throws {
        let error = #expect(throws: FileProvisionerError.self) {
            try FilePlan(uploading: ["/etc/passwd", "/nowhere"], destination: "/t/")
        }
        #expect(error?.code == .badSource)
    }

    @Test func `makes missing local directories with mode 0755`() throws {
        let here = try TemporaryDirectory()
        try LocalDirectory.makeWithParents(BytePath(here["a/b/"]))
        try LocalDirectory.makeWithParents(BytePath(here["a/b"]))
        let names = try here.names()
        #expect(names == ["a"])
        #expect(LocalSource.isDirectory(here["a/b"]))
        #expect(try modeBits(of: here["a"]) == 0o755 & ~LocalDirectory.creationMask)
    }
}
