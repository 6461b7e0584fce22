import Foundation

/// Measures our plugin beside Go's, both driven by the same half of the wire: Markdown on standard
/// output, progress on standard error.
///
///     plugin-bench [--quick] [--rounds COUNT] packer-plugin-swift packer
///
/// The programs are those to measure. What goes wrong ends the program with status 1.
@main
enum PluginBench {
    static func main() async {
        do {
            try await run(try Options(CommandLine.arguments.dropFirst()))
        } catch {
            say("plugin-bench: \(error)")
            exit(1)
        }
    }

    /// Off the main thread, which is nobody's in a program that uses the libraries.
    @concurrent
    private static func run(_ options: Options) async throws {
        let ours = PluginProgram.ours(options.plugin)
        let gos = PluginProgram.gos(options.packer)
        var samples: [Measure: [String: [Double]]] = [:]
        // The first round warms up and does not count.
        for round in 0...options.rounds {
            for program in [ours, gos] {
                let figures = try await PluginMeasurement(program, isQuick: options.isQuick).all()
                guard round > 0 else { continue }
                for (measure, value) in figures {
                    samples[measure, default: [:]][program.name, default: []].append(value)
                }
            }
            say("plugins: \(round)/\(options.rounds)")
        }
        print("## Plugins: ours beside Go's\n")
        print("| rounds: \(options.rounds), medians | \(ours.name) | \(gos.name) | ours to Go's |")
        print("| --- | --- | --- | --- |")
        for measure in Measure.allCases {
            guard let some = samples[measure], let own = some[ours.name], let other = some[gos.name]
            else { continue }
            let (a, b) = (median(own), median(other))
            let ratio = String(format: "%.2f", a / b)
            print("| \(measure.rawValue) | \(figure(a)) | \(figure(b)) | \(ratio) |")
        }
        try await DescribeMeasurement(options.plugin, isQuick: options.isQuick).report()
    }

    private static func median(_ samples: [Double]) -> Double {
        let sorted = samples.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private static func figure(_ value: Double) -> String {
        String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
    }
}

/// What is measured, with its unit.
enum Measure: String, CaseIterable {
    case start = "start to handshake, ms"
    case memory = "resident memory at rest, MiB"
    case size = "size of the program, MiB"
    case call = "one call (ConfigSpec), µs"
    case operation = "one operation on the machine in a script's run, µs"
    case script = "one script of the shell provisioner, ms"
    case upload = "a file to the machine, MiB/s"
    case download = "a file from the machine, MiB/s"
}

/// What the caller wants.
private struct Options {
    var isQuick = false
    var rounds: Int
    var plugin: String
    var packer: String

    init(_ arguments: ArraySlice<String>) throws {
        var rest = arguments
        var rounds: Int?
        var programs: [String] = []
        while let argument = rest.popFirst() {
            switch argument {
            case "--quick": isQuick = true
            case "--rounds":
                guard let count = rest.popFirst().flatMap({ Int($0) }), count > 0 else {
                    throw BenchError("--rounds must be 1 or more")
                }
                rounds = count
            case _ where !argument.hasPrefix("-"): programs.append(argument)
            default: throw BenchError("'\(argument)' is no option; --quick and --rounds COUNT are")
            }
        }
        guard programs.count == 2 else {
            throw BenchError("two programs are needed: packer-plugin-swift and packer")
        }
        self.rounds = rounds ?? (isQuick ? 3 : 9)
        plugin = programs[0]
        packer = programs[1]
    }
}

/// Why there are no figures, or what is wrong with them.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

func say(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
}
