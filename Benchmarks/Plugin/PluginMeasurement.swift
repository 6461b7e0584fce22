import Components
import Configuration
import Foundation
import MessagePack
import PackerRPC

/// One round of everything, of one program.
struct PluginMeasurement {
    private let program: PluginProgram
    private let part: Int
    private let folder: String

    init(_ program: PluginProgram, isQuick: Bool) throws {
        self.program = program
        part = isQuick ? 16 : 1
        folder = NSTemporaryDirectory() + "plugin-bench-\(UUID().uuidString)"
    }

    func all() async throws -> [Measure: Double] {
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: folder) }
        var figures = try await shell()
        figures.merge(try await file()) { $1 }
        let attributes = try files.attributesOfItem(
            atPath: URL(fileURLWithPath: program.path).resolvingSymlinksInPath().path
        )
        figures[.size] = ((attributes[.size] as? Int).map(Double.init) ?? 0) / 1_048_576
        return figures
    }

    private func shell() async throws -> [Measure: Double] {
        let plugin = try await StartedPlugin(program, provisioner: "shell")
        let provisioner = plugin.session.provisioner
        var figures: [Measure: Double] = [.start: plugin.timeToHandshake / .milliseconds(1)]

        let calls = 2000 / part
        let callTime = try await time {
            for _ in 0..<calls {
                guard try await provisioner.specification().count > 100 else {
                    throw BenchError("a specification is too short")
                }
            }
        }
        figures[.call] = callTime / Double(calls) * 1e6

        let script = "\(folder)/script"
        try Data("true\n".utf8).write(to: URL(fileURLWithPath: script))
        let scripts = 400 / part
        let list = [MessagePackValue](repeating: .string(script), count: scripts)
        try await provisioner.prepare([["scripts": .array(list)], Self.packer])
        figures[.memory] = try plugin.residentMemory
        let machine = CountingMachine(fileSize: 0)
        let scriptTime = try await time {
            try await provisioner.provision(
                machine,
                ui: QuietInterface(),
                data: GeneratedData(["ID": .string("x")])
            )
        }
        guard machine.operations.value >= 2 * scripts else {
            throw BenchError("\(machine.operations.value) operations are too few")
        }
        figures[.script] = scriptTime / Double(scripts) * 1e3
        figures[.operation] = scriptTime / Double(machine.operations.value) * 1e6
        try await plugin.end()
        return figures
    }

    private func file() async throws -> [Measure: Double] {
        let plugin = try await StartedPlugin(program, provisioner: "file")
        let size = (256 << 20) / part
        let source = "\(folder)/source"
        try Data(repeating: 7, count: size).write(to: URL(fileURLWithPath: source))
        var figures: [Measure: Double] = [:]
        for (measure, direction, from, to) in [
            (Measure.upload, "upload", source, "/remote"),
            (Measure.download, "download", "/remote", "\(folder)/copy"),
        ] {
            let provisioner = plugin.session.provisioner
            try await provisioner.prepare([
                [
                    "source": .string(from), "destination": .string(to),
                    "direction": .string(direction),
                ], Self.packer,
            ])
            let seconds = try await time {
                try await provisioner.provision(
                    CountingMachine(fileSize: size),
                    ui: QuietInterface(),
                    data: GeneratedData(["ID": .string("x")])
                )
            }
            figures[measure] = Double(size) / 1_048_576 / seconds
        }
        let copy = try FileManager.default.attributesOfItem(atPath: "\(folder)/copy")[.size] as? Int
        guard copy == size else { throw BenchError("\(copy ?? 0) bytes came, not \(size)") }
        try await plugin.end()
        return figures
    }

    private func time(_ work: () async throws -> Void) async throws -> Double {
        let start = ContinuousClock.now
        try await work()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    /// What Packer adds to a configuration of a JSON template.
    private static let packer: MessagePackValue = [
        "packer_build_name": "bench", "packer_builder_type": "null", "packer_debug": false,
        "packer_force": false, "packer_on_error": "", "packer_user_variables": [:],
    ]
}
