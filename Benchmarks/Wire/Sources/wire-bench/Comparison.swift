/// Several ways to do one job, measured in turns: a round is every side once.
struct Comparison {
    /// One way to do the job.
    struct Side {
        let name: String
        /// The name of the side that this one is divided by; its own for those of C.
        let baseline: String
        /// Does the job and says what it cost, or how fast it was.
        let measure: () async throws -> Double
    }

    let title: String
    let unit: String
    /// Whether more is better, as it is of bytes a second.
    var isSpeed = false
    let rounds: Int
    var sides: [Side] = []

    mutating func add(
        _ name: String,
        beside baseline: String? = nil,
        _ measure: @escaping () async throws -> Double
    ) {
        sides.append(Side(name: name, baseline: baseline ?? name, measure: measure))
    }

    /// Measures all sides and gives the table.
    ///
    /// - Throws: What a side throws.
    func table() async throws -> String {
        let samples = try await takeTurns()
        let medians = samples.mapValues(median)
        var lines = [
            "### \(title)", "",
            "| rounds: \(rounds) | \(unit) | least to most | times C's |",
            "| --- | --- | --- | --- |",
        ]
        for side in sides {
            guard let own = medians[side.name], let some = samples[side.name] else { continue }
            let spread = "\(figure(some.min() ?? own)) to \(figure(some.max() ?? own))"
            var ratio = ""
            if side.baseline != side.name, let base = medians[side.baseline] {
                ratio = figure(isSpeed ? base / own : own / base)
            }
            lines.append("| \(side.name) | \(figure(own)) | \(spread) | \(ratio) |")
        }
        return lines.joined(separator: "\n")
    }

    private func takeTurns() async throws -> [String: [Double]] {
        var samples: [String: [Double]] = [:]
        // The first turns warm up and do not count.
        for round in 0...rounds {
            for side in sides {
                do {
                    let sample = try await side.measure()
                    if round > 0 { samples[side.name, default: []].append(sample) }
                } catch {
                    throw BenchError("\(title), \(side.name): \(error)")
                }
            }
            say("\(title): \(round)/\(rounds)")
        }
        return samples
    }
}

private func median(_ samples: [Double]) -> Double {
    let sorted = samples.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// A number with three digits, or with all those of its whole part.
func figure(_ value: Double) -> String {
    let places = value >= 100 ? 0 : value >= 10 ? 1 : 2
    let unit = [1.0, 10.0, 100.0][places]
    let scaled = Int((value * unit).rounded())
    let fraction = scaled % Int(unit)
    guard places > 0 else { return "\(scaled)" }
    let digits = "\(fraction)"
    let zeros = String(repeating: "0", count: places - digits.count)
    return "\(scaled / Int(unit)).\(zeros)\(digits)"
}
