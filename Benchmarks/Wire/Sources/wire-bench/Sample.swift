import MessagePack

/// The nested map that is encoded and decoded: 4 maps of 8 keys, as in a provisioner's settings.
struct Sample: Codable, Equatable {
    struct Group: Codable, Equatable {
        var name: String
        var path: String
        var count: Int
        var size: Int64
        var isEnabled: Bool
        var isForced: Bool
        var codes: [Int]
        var lines: [String]

        init(_ number: Int) {
            name = "the name of group \(number)"
            path = "/srv/build/some/where/\(number)/file.txt"
            count = number * 1_000
            size = 1 << 33
            isEnabled = true
            isForced = false
            codes = [1, 2, 300, 70_000, -5]
            lines = [
                "echo one", "echo two two", "a longer line of a script: set -eux; apt-get update",
            ]
        }
    }

    var first = Group(0)
    var second = Group(1)
    var third = Group(2)
    var fourth = Group(3)
}
