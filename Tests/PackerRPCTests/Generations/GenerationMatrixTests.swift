import Communicator
import Components
import Configuration
import Foundation
import HCLSpecification
import MessagePack
import PackerRPC
import Processes
import TestSupport
import Testing

/// Components in a plugin's own process, as each generation of Packer starts them and talks with them.
///
/// For 1.6.6 the real one does the same: `InteropTests/PluginTests`.
@Suite(.timeLimit(.minutes(5))) struct GenerationMatrixTests {
    /// A kind of component in a template of one language, in one generation.
    struct Cell: Sendable, CustomTestStringConvertible {
        let generation: Generation
        let kind: Generation.Kind
        let language: Generation.Language

        var testDescription: String {
            "\(generation.testDescription), \(kind.rawValue), \(language.rawValue)"
        }

        /// All there are: data sources are for HCL2 templates alone.
        static let all: [Cell] = Generation.all.flatMap { generation in
            Generation.Kind.allCases.flatMap { kind in
                Generation.Language.allCases.compactMap { language in
                    if kind == .dataSource, !generation.hasDataSources || language == .json {
                        return nil
                    }
                    return Cell(generation: generation, kind: kind, language: language)
                }
            }
        }
    }

    private let here: TemporaryDirectory

    init() throws {
        here = try TemporaryDirectory()
    }

    private static func specification() throws -> HCLSpecification {
        try HCLSpecification(
            .attribute("text", .string, isRequired: true),
            .blockList(
                "tag",
                try HCLSpecification(
                    .attribute("key", .string, isRequired: true),
                    .attribute("value", .string)
                )
            ),
            .attribute("fails_with", .string),
            .attribute("waits_at", .string)
        )
    }

    /// Starts the plugin as the cell's host does.
    private func with(
        _ cell: Cell,
        name: String = "echo",
        _ body: (HostSession) async throws -> Void
    ) async throws {
        let (program, arguments) = cell.generation.command(for: cell.kind, name)
        let path = here[program]
        if !FileManager.default.fileExists(atPath: path) {
            try FileManager.default.createSymbolicLink(
                atPath: path,
                withDestinationPath: try ProjectFiles.pluginTest()
            )
        }
        let plugin = try await StartedPlugin(
            program: path,
            arguments,
            environment: cell.generation.environment.merging([
                "PACKER_RUN_UUID": "5e7aab4d", "PACKER_PLUGIN_MIN_PORT": "10000",
                "PACKER_PLUGIN_MAX_PORT": "25000",
            ]) { own, _ in own }
        )
        #expect(plugin.handshake.form == cell.generation.form)
        do {
            try await body(plugin.session)
        } catch {
            _ = try await plugin.end()
            throw error
        }
        #expect(try await plugin.end() == .exited(0))
    }

    private func specification(_ cell: Cell, _ session: HostSession) async throws -> [UInt8] {
        switch cell.kind {
        case .builder: try await session.builder.specification()
        case .provisioner: try await session.provisioner.specification()
        case .postProcessor: try await session.postProcessor.specification()
        case .dataSource: try await session.dataSource.specification()
        }
    }

    private func prepare(
        _ cell: Cell,
        _ session: HostSession,
        _ options: [String: MessagePackValue]
    ) async throws {
        let sent = try cell.generation.configurations(
            options,
            try Self.specification(),
            cell.kind,
            cell.language
        )
        switch cell.kind {
        case .builder: _ = try await session.builder.prepare(sent)
        case .provisioner: try await session.provisioner.prepare(sent)
        case .postProcessor: try await session.postProcessor.configure(sent)
        case .dataSource: try await session.dataSource.configure(sent)
        }
    }

    /// Has the component work, and gives what it said and the name of what it made; a data source's
    /// values are `values`.
    @discardableResult
    private func run(_ cell: Cell, _ session: HostSession) async throws -> [String] {
        let ui = RecordingInterface()
        var result: [String] = []
        switch cell.kind {
        case .builder:
            let artifact = try await session.builder.run(ui: ui, hook: NoHook())
            result = [try await artifact?.id() ?? "none"]
        case .provisioner:
            let data = GeneratedData(["ID": .string("i-1"), "Port": .integer(22)])
            try await session.provisioner.provision(LocalCommunicator(), ui: ui, data: data)
        case .postProcessor:
            let processed = try await session.postProcessor.postProcess(PlayedArtifact(), ui: ui)
            result = [try await processed.artifact?.id() ?? "none"]
        case .dataSource:
            let value = try cell.generation.value(try await session.dataSource.execute())
            #expect(value.configuration == Self.values)
            let outputs = try cell.generation.specification(
                try await session.dataSource.outputSpecification()
            )
            #expect(value.type == outputs.impliedType)
        }
        return await ui.texts + result
    }

    @Test(arguments: Cell.all)
    func `a component's options are told, again and again`(_ cell: Cell) async throws {
        try await with(cell) { session in
            let expected = try Self.specification()
            for _ in 0..<2 {
                let bytes = try await specification(cell, session)
                #expect(
                    Set(try cell.generation.specification(bytes).entries) == Set(expected.entries)
                )
            }
            guard cell.kind == .dataSource else { return }
            let bytes = try await session.dataSource.outputSpecification()
            #expect(try cell.generation.specification(bytes).entries.count == 8)
        }
    }

    @Test(arguments: Cell.all)
    func `a component is prepared and does its work`(_ cell: Cell) async throws {
        let isDataSource = cell.kind == .dataSource
        let text = isDataSource ? "in cell" : "in {{build_name}}"
        try await with(cell) { session in
            // HCL2 templates are prepared twice, first with what is not known yet.
            for text in ["<unknown>", text] {
                try await prepare(
                    cell,
                    session,
                    ["text": .string(text), "tag": [["key": "a", "value": "b"]]]
                )
            }
            let said = try await run(cell, session)
            switch cell.kind {
            case .builder: #expect(said == ["in cell a=b", "echo-1"])
            case .provisioner: #expect(said == ["in cell a=b"])
            case .postProcessor: #expect(said == ["in cell a=b", "of played"])
            case .dataSource: #expect(said == [])
            }
        }
    }

    /// All but `nothing`, which is null.
    private static let values = ConfigurationValue.map([
        "text": .string("in cell"), "count": .integer(-3), "ratio": .number(0.5),
        "is_there": .bool(true), "words": .list([.string("a"), .string("ü")]),
        "table": .map(["k": .string("v")]),
        "tag": .list([.map(["key": .string("a"), "value": .string("b")])]),
    ])

    @Test(arguments: Cell.all.filter { $0.kind == .provisioner && $0.language == .json })
    func `what the builder finds out reaches a provisioner's text`(_ cell: Cell) async throws {
        try await with(cell) { session in
            try await prepare(cell, session, ["text": "on {{build `ID`}}"])
            #expect(try await run(cell, session) == ["on i-1"])
        }
    }

    @Test(arguments: Cell.all)
    func `what is wrong with options and with the work is told`(_ cell: Cell) async throws {
        try await with(cell) { session in
            // In HCL2 the core itself sees to names; a value that is missing is null.
            let wrong: [String: MessagePackValue] =
                cell.language == .json ? ["txet": "x"] : ["text": .nil]
            let refused = await #expect(throws: ComponentFailure.self) {
                try await prepare(cell, session, wrong)
            }
            let expected = cell.language == .json ? "did you mean `text`?" : "text"
            #expect(refused?.message.contains(expected) == true, "\(refused?.message ?? "")")
            try await prepare(cell, session, ["text": "x", "fails_with": "no more of it"])
            let failed = await #expect(throws: ComponentFailure.self) {
                try await run(cell, session)
            }
            #expect(failed?.message == "no more of it")
        }
    }

    @Test(arguments: Cell.all)
    func `work that is cancelled ends`(_ cell: Cell) async throws {
        let began = here["began"]
        try await with(cell) { session in
            try await prepare(cell, session, ["text": "x", "waits_at": .string(began)])
            let work = Task { try await run(cell, session) }
            try await eventually("the work begins") {
                FileManager.default.fileExists(atPath: began)
            }
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
        }
    }

    @Test(arguments: Generation.all.filter { $0.form == .four && $0.start != .programName })
    func `the component with the plugin's own name is there`(
        _ generation: Generation
    ) async throws {
        let cell = Cell(generation: generation, kind: .provisioner, language: .hcl2)
        for name in ["-packer-default-plugin-name-", "test"] {
            try await with(cell, name: name) { session in
                try await prepare(cell, session, ["text": "unnamed"])
                #expect(try await run(cell, session) == ["unnamed"])
            }
        }
    }
}
