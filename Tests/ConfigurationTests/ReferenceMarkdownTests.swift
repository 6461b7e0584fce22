import Configuration
import Testing

private struct Disk: ConfigurationBlock {
    @Field("Where it is kept.") var path: String
    @Field("How large it is, in MiB") var size = 1024
}

private struct Machine: ConfigurationBlock {
    @Field("Its name.", aliases: ["machine_name", "vm_name"]) var name = "one"
    @Field("The image to start from.") var image: String
    @Field("Commands.", interpolated: false) var command = "`{{.Path}}`"
    @Field("How to get in.", sensitive: true) var password: String?
    @Field("Which codes are good.") var codes = [0, 1]
    @Field("Labels.") var labels: [String: String] = [:]
    @Field("How long to wait.") var timeout: Duration = .seconds(90)
    @Field("How much of the host it may use.") var share: Double?
    @Field("Whether it is fast.", deprecated: "it always is") var fast = false
    @Field("Its first disk.") var disk: Disk?
    @Field("More of them.") var disks: [Disk] = []
}

private struct Wordy: ConfigurationBlock {
    @Field("One two three four five - six seven 8. nine `a` # ten eleven.") var long = false
}

private struct Nothing: ConfigurationBlock {}

@Suite struct ReferenceMarkdownTests {
    @Test func `writes all there is to know of each option, required ones first`() {
        #expect(
            Machine.referenceMarkdown() == """
                - `image` (text, required): The image to start from.
                - `name` (text, default `"one"`): Its name. Old names: `machine_name`, `vm_name`.
                - `command` (text, default `` "`{{.Path}}`" ``): Commands. Its `{{ }}` are filled in when it is
                  used.
                - `password` (text, secret): How to get in.
                - `codes` (list of whole number, default `[0, 1]`): Which codes are good.
                - `labels` (map of text): Labels.
                - `timeout` (duration, default `"1m30s"`): How long to wait.
                - `share` (number): How much of the host it may use.
                - `fast` (true or false, default `false`): **Deprecated**: it always is. Whether it is fast.
                - `disk` (block): Its first disk.
                  - `path` (text, required): Where it is kept.
                  - `size` (whole number, default `1024`): How large it is, in MiB.
                - `disks` (list of blocks): More of them.
                  - `path` (text, required): Where it is kept.
                  - `size` (whole number, default `1024`): How large it is, in MiB.

                """
        )
    }

    @Test func `breaks lines where no word becomes markup`() {
        #expect(
            Wordy.referenceMarkdown(width: 33) == """
                - `long` (true or false, default
                  `false`): One two three four
                  five - six seven 8. nine `a` #
                  ten eleven.

                """
        )
        #expect(
            Wordy.referenceMarkdown(width: 8).split(separator: "\n").allSatisfy {
                !$0.hasPrefix("  -") && !$0.hasPrefix("  8.") && !$0.hasPrefix("  #")
            }
        )
    }

    @Test func `says that there are no options`() {
        #expect(Nothing.referenceMarkdown() == "There are no options.\n")
    }
}
