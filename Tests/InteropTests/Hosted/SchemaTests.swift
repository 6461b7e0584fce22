import Foundation
import Processes
import TestSupport
import Testing

/// The options of every component that Debian's packer carries, as its Go says them.
@Suite("The schemas of Go's components", .timeLimit(.minutes(5)))
struct SchemaTests {
    /// The components whose code is in packer's binary: Go keeps the names of methods.
    private func carried() async throws -> [String] {
        let pattern =
            #"packer/(builder|provisioner|post-processor)/[A-Za-z0-9/_-]+"#
            + #"\.\(\*(Builder|Provisioner|PostProcessor)\)\.ConfigSpec"#
        let output = try await Program("grep")
            .succeed(["-aoE", pattern, try ProjectFiles.packer()])
        let names = output.split(separator: "\n").map { line in
            line.split(separator: "/").dropFirst().joined(separator: "-")
                .prefix { $0 != "." }
        }
        return Set(names.map(String.init)).sorted()
    }

    @Test func `are all fetched, decoded and printed`() async throws {
        let files = try TemporaryDirectory()
        let components = try await carried()
        // Debian's 1.6.6 has as many; were the names read wrongly, there would be fewer.
        #expect(components.count == 80)
        let folder = try files.goPlugins(components)
        let program = Program(try ProjectFiles.packerSwift(), directory: files.path)
        let output = try await program.succeed(
            ["plugins", "describe", "-schema", "-machine-readable", "-plugin-path", folder]
                + components.map { "\(folder)/packer-\($0)" }
        )
        let events = output.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        var options: [String: Int] = [:]
        for event in events where event.count > 4 && event[2] == "plugin-option" {
            options["\(event[3])-\(event[4])", default: 0] += 1
            #expect(!event[6].isEmpty)
        }
        #expect(options.keys.sorted() == components)
        print("schemas: \(options.count) components, \(options.values.reduce(0, +)) options")
        // By Packer's own documentation of these.
        func has(_ component: String, _ option: String, _ type: String) -> Bool {
            let name = component.split(separator: "-", maxSplits: 1).last.map(String.init) ?? ""
            return events.contains { event in
                event.count > 6 && event[2] == "plugin-option" && event[4] == name
                    && event[5] == option && event[6] == type
            }
        }
        #expect(has("provisioner-shell", "inline", "list(string)"))
        #expect(has("builder-amazon-ebs", "ami_block_device_mappings", "blocks"))
        #expect(has("builder-amazon-ebs", "ami_block_device_mappings.volume_size", "number"))
        #expect(has("builder-docker", "login_password", "string"))
    }
}
