import Configuration
import Testing

@testable import Template

/// `post-processors` of a template.
@Suite struct PostProcessorTests {
    private func plan(_ postProcessors: String, except: [String] = []) throws -> BuildPlan {
        let text =
            #"{"builders": [{"type": "null"}, {"type": "null", "name": "b"}], "post-processors": "#
            + postProcessors + "}"
        return try Template(Array(text.utf8), file: "t.json").plan(except: except)
    }

    private func names(_ build: BuildPlan.Build) -> [[String]] {
        build.postProcessors.map { $0.map(\.name) }
    }

    @Test func `are chains of types, of maps, or of both`() throws {
        let plan = try plan(
            #"""
            ["checksum", {"type": "compress", "output": "o", "keep_input_artifact": true},
             ["one", {"type": "two", "name": "second", "keep_input_artifact": false}], []]
            """#
        )
        for build in plan.builds {
            #expect(names(build) == [["checksum"], ["compress"], ["one", "second"]])
            let flat = Array(build.postProcessors.joined())
            #expect(flat.map(\.keepsInput) == [nil, true, nil, false])
            #expect(flat[1].configuration == .map(["output": .string("o")]))
            #expect(flat[3].type == "two" && flat[3].configuration == .map([:]))
            #expect(flat[3].path.description == "post-processors[2][1]")
        }
    }

    @Test func `are for the builders that they name, and -except takes the rest of a chain`() throws
    {
        let text = #"""
            [[{"type": "a", "only": ["b"]}, {"type": "x", "name": "n", "except": ["b"]}, "z"], "n"]
            """#
        let all = try plan(text)
        #expect(names(all.builds[0]) == [["n", "z"], ["n"]])
        #expect(names(all.builds[1]) == [["a", "z"], ["n"]])
        let some = try plan(text, except: ["n"])
        #expect(names(some.builds[0]) == [])
        #expect(names(some.builds[1]) == [["a", "z"]])
    }

    @Test(arguments: [
        (#"{}"#, "post-processors: expected a list, got a map"),
        (#"[1]"#, "post-processors[0]: expected a type or a map, got a number"),
        (#"[[["a"]]]"#, "post-processors[0][0]: a sequence of post-processors within another one"),
        (#"[{"name": "a"}]"#, "post-processors[0]: Post-processor missing 'type'"),
        (#"[""]"#, "post-processors[0]: Post-processor missing 'type'"),
        (#"[{"type": "a", "only": ["c"]}]"#, "'only' specified builder 'c' not found"),
        (
            #"[["a", {"type": "a", "only": ["b"], "except": ["b"]}]]"#,
            "post-processors[0][1].except: only one of 'only' or 'except' may be specified"
        ),
        (#"[{"type": "a", "keep_input_artifact": "maybe"}]"#, "[0].keep_input_artifact: "),
    ])
    func `a mistake is named with its place`(text: String, problem: String) throws {
        let error = try #require(throws: TemplateErrors.self) { try plan(text) }
        let texts = error.problems.map { "\($0)" }
        #expect(texts.count == 1 && texts[0].contains(problem), "\(texts)")
    }

    @Test func `-except of a name that nothing has is a mistake`() {
        #expect(throws: TemplateErrors.self) { try plan(#"["a"]"#, except: ["c"]) }
    }
}
