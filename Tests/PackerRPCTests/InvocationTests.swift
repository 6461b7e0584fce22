@testable import PluginSDK
import Testing

/// What a plugin process takes its arguments and its environment for.
struct InvocationTests {
    private static let cookie = PluginInvocation.cookie
    private static let given = "-PACKER_PLUGIN_MAGIC_COOKIE=\(cookie)"

    @Test(arguments: [
        [given, "start", "provisioner", "echo"],
        ["start", given, "provisioner", "echo"],
        ["start", "provisioner", "--protobuf", "echo", "-\(given)"],
        [given, "-PACKER_PLUGIN_PROTOCOL_VERSIONS=5", "start", "provisioner", "echo"],
        [given, "start", "provisioner", "echo", "--PACKER_PLUGIN_PROTOCOL_VERSIONS=4, x5.0"],
    ])
    func `the cookie may be an argument, anywhere`(arguments: [String]) throws {
        let invocation = try PluginInvocation(arguments: ["plugin"] + arguments, environment: [:])
        #expect(invocation.action == .serve(.provisioner, name: "echo"))
        #expect(invocation.wantsProtobuf == arguments.contains("--protobuf"))
    }

    @Test(arguments: [
        (["-PACKER_PLUGIN_MAGIC_COOKIE=no"], "Please do not execute plugins directly."),
        (["-PACKER_PLUGIN_MAGIC_COOKIE="], "Please do not execute plugins directly."),
        ([given, given], "is given 2 times"),
        ([given, "-PACKER_PLUGIN_PROTOCOL_VERSIONS=4"], "this plugin speaks version 5"),
        ([given, "-PACKER_PLUGIN_PROTOCOL_VERSIONS="], "this plugin speaks version 5"),
        ([given, "-PACKER_PLUGIN_PROTOCOL_VERSIONS=55,4.5"], "this plugin speaks version 5"),
    ])
    func `an argument that does not do is refused`(arguments: [String], reason: String) {
        // The argument counts, whatever the environment has.
        let refusal = #expect(throws: PluginInvocation.Refusal.self) {
            try PluginInvocation(
                arguments: ["plugin"] + arguments + ["start", "provisioner", "echo"],
                environment: [PluginInvocation.cookieName: Self.cookie]
            )
        }
        #expect(refusal?.description.contains(reason) == true)
    }

    @Test func `the arguments alone name no component`() {
        #expect(throws: PluginInvocation.Refusal.self) {
            try PluginInvocation(arguments: ["packer-plugin-x", Self.given], environment: [:])
        }
    }

    @Test(arguments: ["builder", "provisioner", "post-processor", "datasource"])
    func `a program's name names a component`(kind: String) throws {
        let invocation = try PluginInvocation(
            arguments: ["/a/packer-\(kind)-swift-shell"],
            environment: [PluginInvocation.cookieName: Self.cookie]
        )
        let expected = try #require(ComponentKind(rawValue: kind))
        #expect(invocation.action == .serve(expected, name: "swift-shell"))
    }

    @Test func `describe needs no cookie`() throws {
        let invocation = try PluginInvocation(arguments: ["p", "describe"], environment: [:])
        #expect(invocation.action == .describe)
    }
}
