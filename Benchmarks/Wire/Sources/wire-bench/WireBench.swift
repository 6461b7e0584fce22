#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Measures the wire's libraries beside C: Markdown on standard output, progress on standard error.
///
///     wire-bench [--quick] [--rounds COUNT] GOB
///
/// GOB is a file with a gob stream of one value. What goes wrong, bytes that differ among it, ends
/// the program with status 1.
@main
enum WireBench {
    static func main() async {
        do {
            let options = try Options(CommandLine.arguments.dropFirst())
            try await run(options)
        } catch {
            say("wire-bench: \(error)")
            exit(1)
        }
    }

    /// Off the main thread, which is nobody's in a program that uses the libraries.
    @concurrent
    private static func run(_ options: Options) async throws {
        let scale = Scale(part: options.isQuick ? 16 : 1, rounds: options.rounds)
        let stream = try bytes(of: options.gob)
        let start = loadAverage()
        var tables = [try await RoundTrips.compare(scale)]
        tables.append(try await Throughput.compare(scale))
        tables.append(try await MessagePackCost.compare(scale))
        tables.append(try await GobCost.compare(scale, stream))
        print("## Wire: beside blocking C\n")
        print("Load average \(start) at the beginning, \(loadAverage()) at the end.")
        for table in tables { print("\n\(table)") }
    }

    private static func loadAverage() -> String {
        var load = 0.0
        return unsafe getloadavg(&load, 1) == 1 ? figure(load) : "unknown"
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        guard let file = unsafe fopen(path, "rb") else {
            throw BenchError("\(path) cannot be read; name a file with a gob stream")
        }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}

/// What the caller wants.
private struct Options {
    var isQuick = false
    var rounds: Int
    var gob: String

    init(_ arguments: ArraySlice<String>) throws {
        var rest = arguments
        var rounds: Int?
        var gob: String?
        while let argument = rest.popFirst() {
            switch argument {
            case "--quick": isQuick = true
            case "--rounds":
                guard let count = rest.popFirst().flatMap({ Int($0) }), count > 0 else {
                    throw BenchError("--rounds must be 1 or more")
                }
                rounds = count
            case _ where gob == nil && !argument.hasPrefix("-"): gob = argument
            default: throw BenchError("'\(argument)' is no option; --quick and --rounds COUNT are")
            }
        }
        guard let gob else { throw BenchError("a file with a gob stream is needed") }
        self.rounds = rounds ?? (isQuick ? 3 : 9)
        self.gob = gob
    }
}

/// How much is done.
struct Scale {
    /// The divisor of all counts.
    let part: Int
    let rounds: Int

    func count(_ whole: Int) -> Int { max(1, whole / part) }
}

/// Why there are no figures, or what is wrong with them.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

func say(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = unsafe write(STDERR_FILENO, line, line.count)
}
