import CWireBaseline
import MessagePack

/// What MessagePack costs the processor.
enum MessagePackCost {
    static func compare(_ scale: Scale) async throws -> String {
        let count = scale.count(20_000)
        let sample = Sample()
        let bytes = try MessagePackEncoder().encode(sample)
        let value = try MessagePackValue(decoding: bytes)
        let tree = try Tree(bytes)
        try checkAll(sample, value, tree, bytes)
        var comparison = Comparison(
            title: "MessagePack: 4 maps of 8 keys in \(bytes.count) bytes, \(count) times",
            unit: "ns, CPU",
            rounds: scale.rounds
        )
        var buffer = [UInt8](repeating: 0, count: 4_096)
        func add(
            _ name: String,
            beside baseline: String? = nil,
            giving expected: Int,
            _ operation: @escaping () throws -> Int
        ) {
            comparison.add(name, beside: baseline) {
                try processorTime(of: count, giving: expected, operation)
            }
        }
        let size = bytes.count
        add("C: encode a tree", giving: size) { tree.encode(into: &buffer) }
        add("encode a `MessagePackValue`", beside: "C: encode a tree", giving: size) {
            value.encoded.count
        }
        add("encode a `Codable` struct", beside: "C: encode a tree", giving: size) {
            try MessagePackEncoder().encode(sample).count
        }
        add("C: decode a tree", giving: 1) { Tree.decodeAndFree(bytes) }
        add("decode a `MessagePackValue`", beside: "C: decode a tree", giving: 4) {
            try MessagePackValue(decoding: bytes).entries?.count ?? 0
        }
        add("decode a `Codable` struct", beside: "C: decode a tree", giving: 5) {
            try MessagePackDecoder().decode(Sample.self, from: bytes).fourth.codes.count
        }
        add("C: validate", giving: 1) { unsafe wire_is_valid(bytes, bytes.count) ? 1 : 0 }
        add("scan with `MessagePackScanner`", beside: "C: validate", giving: size) {
            var scanner = MessagePackScanner()
            return try scanner.scan(bytes) ? scanner.position : 0
        }
        return try await comparison.table()
    }

    /// All sides agree on the bytes, and refuse them where one is missing.
    private static func checkAll(
        _ sample: Sample,
        _ value: MessagePackValue,
        _ tree: Tree,
        _ bytes: [UInt8]
    ) throws {
        var written = [UInt8](repeating: 0, count: bytes.count)
        let cut = Array(bytes.dropLast())
        guard tree.encode(into: &written) == bytes.count, written == bytes,
            value.encoded == bytes,
            try MessagePackDecoder().decode(Sample.self, from: bytes) == sample
        else { throw BenchError("MessagePack: the sides write or read different bytes") }
        guard unsafe wire_is_valid(bytes, bytes.count), unsafe !wire_is_valid(cut, cut.count),
            Tree.decodeAndFree(cut) == 0
        else { throw BenchError("MessagePack: C takes what is malformed") }
    }
}

/// The tree of C, freed with its last reference.
@safe private final class Tree {
    private let root: OpaquePointer

    init(_ bytes: [UInt8]) throws {
        guard let root = unsafe wire_decode(bytes, bytes.count) else {
            throw BenchError("MessagePack: C refuses what Swift wrote")
        }
        unsafe self.root = root
    }

    deinit { unsafe wire_free(root) }

    func encode(into buffer: inout [UInt8]) -> Int {
        let size = buffer.count
        return unsafe wire_encode(root, &buffer, size)
    }

    static func decodeAndFree(_ bytes: [UInt8]) -> Int {
        guard let root = unsafe wire_decode(bytes, bytes.count) else { return 0 }
        unsafe wire_free(root)
        return 1
    }
}
