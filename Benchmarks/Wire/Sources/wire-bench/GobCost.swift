import Gob

/// What gob costs the processor; C has nothing like it to compare with.
enum GobCost {
    static func compare(_ scale: Scale, _ stream: [UInt8]) async throws -> String {
        let count = scale.count(160)
        var decoder = GobDecoder()
        decoder.append(stream)
        guard let value = try decoder.next(), let type = decoder.types.ids.first else {
            throw BenchError("gob: the stream holds no value of a type that it defines")
        }
        try decoder.finish()
        let types = decoder.types
        let encoded = try GobEncoder.stream(of: value, as: type, types: types)
        guard try GobDecoder.value(of: encoded) == value else {
            throw BenchError("gob: what is written is read as something else")
        }
        var comparison = Comparison(
            title: "gob: a plugin's configuration, as Go wrote it, \(count) times",
            unit: "ns, CPU",
            rounds: scale.rounds
        )
        let entries = try value.entries.count
        comparison.add("decode, \(stream.count) bytes") {
            try processorTime(of: count, giving: entries) {
                try GobDecoder.value(of: stream).entries.count
            }
        }
        comparison.add("encode, \(encoded.count) bytes") {
            try processorTime(of: count, giving: encoded.count) {
                try GobEncoder.stream(of: value, as: type, types: types).count
            }
        }
        return try await comparison.table()
    }
}
