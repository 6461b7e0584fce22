import MessagePack
import Testing

/// What few types do when they encode themselves, and must come out right all the same.
@Suite struct ContainerTests {
    /// Opens containers and fills them crosswise.
    struct Crosswise: Codable, Equatable {
        enum CodingKeys: String, CodingKey { case first, second, third }

        init() {}

        func encode(to encoder: any Encoder) throws {
            var map = encoder.container(keyedBy: CodingKeys.self)
            var first = map.nestedUnkeyedContainer(forKey: .first)
            var second = map.nestedContainer(keyedBy: CodingKeys.self, forKey: .second)
            try map.encode(3, forKey: .third)
            try second.encode("b", forKey: .first)
            try first.encode("a")
            var inner = first.nestedContainer(keyedBy: CodingKeys.self)
            try first.encode("z")
            try inner.encode(true, forKey: .third)
        }

        init(from decoder: any Decoder) throws {
            let map = try decoder.container(keyedBy: CodingKeys.self)
            var first = try map.nestedUnkeyedContainer(forKey: .first)
            let second = try map.nestedContainer(keyedBy: CodingKeys.self, forKey: .second)
            #expect(try first.decode(String.self) == "a")
            let inner = try first.nestedContainer(keyedBy: CodingKeys.self)
            #expect(try inner.decode(Bool.self, forKey: .third))
            #expect(try first.decode(String.self) == "z")
            #expect(first.isAtEnd)
            #expect(throws: MessagePackError.self) { try first.decode(String.self) }
            #expect(try second.decode(String.self, forKey: .first) == "b")
            #expect(try map.decode(Int.self, forKey: .third) == 3)
            #expect(try map.decodeIfPresent(Int.self, forKey: .third) == 3)
            #expect(map.allKeys.count == 3)
        }
    }

    class Animal: Codable {
        var name: String
        init(name: String) { self.name = name }
    }

    final class Dog: Animal {
        var age: Int

        enum CodingKeys: CodingKey { case age }

        init(name: String, age: Int) {
            self.age = age
            super.init(name: name)
        }

        required init(from decoder: any Decoder) throws {
            let map = try decoder.container(keyedBy: CodingKeys.self)
            age = try map.decode(Int.self, forKey: .age)
            try super.init(from: map.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var map = encoder.container(keyedBy: CodingKeys.self)
            try super.encode(to: map.superEncoder())
            try map.encode(age, forKey: .age)
        }
    }

    /// Gives an encoder out and never uses it.
    struct Forgetful: Encodable {
        enum CodingKeys: CodingKey { case a, b }

        func encode(to encoder: any Encoder) throws {
            var map = encoder.container(keyedBy: CodingKeys.self)
            _ = map.superEncoder(forKey: .a)
            var list = map.nestedUnkeyedContainer(forKey: .b)
            _ = list.superEncoder()
            var single = list.superEncoder().singleValueContainer()
            try single.encode(7)
        }
    }

    indirect enum Chain: Codable {
        case end
        case link(Chain)
    }

    final class Endless: Decodable {
        let next: Endless
    }

    @Test func `fills containers that are open at once`() throws {
        let encoded = try MessagePackEncoder().encode(Crosswise())
        let value = try MessagePackValue(decoding: encoded)
        let expected: MessagePackValue = [
            "first": ["a", ["third": true], "z"], "second": ["first": "b"], "third": 3,
        ]
        #expect(value == expected)
        #expect(try MessagePackDecoder().decode(Crosswise.self, from: encoded) == Crosswise())
    }

    @Test func `keeps a superclass under its key`() throws {
        let encoded = try MessagePackEncoder().encode(Dog(name: "Rex", age: 3))
        #expect(try MessagePackValue(decoding: encoded) == ["super": ["name": "Rex"], "age": 3])
        let dog = try MessagePackDecoder().decode(Dog.self, from: encoded)
        #expect(dog.name == "Rex" && dog.age == 3)
    }

    @Test func `writes an empty map where an encoder was not used`() throws {
        let encoded = try MessagePackEncoder().encode(Forgetful())
        #expect(try MessagePackValue(decoding: encoded) == ["a": [:], "b": [[:], 7]])
    }

    @Test func `refuses to encode a value without end`() throws {
        var chain = Chain.end
        for _ in 0..<31 { chain = .link(chain) }
        _ = try MessagePackDecoder().decode(Chain.self, from: MessagePackEncoder().encode(chain))
        for _ in 0..<5_000 { chain = .link(chain) }
        let error = #expect(throws: MessagePackError.self) {
            try MessagePackEncoder().encode(chain)
        }
        #expect(error?.code == .tooDeep)
    }

    @Test func `refuses to make a type that contains itself of nothing`() {
        let error = #expect(throws: MessagePackError.self) {
            try MessagePackDecoder().decode(Endless.self, from: [0xc0])
        }
        #expect(error?.code == .tooDeep)
    }

    @Test func `refuses to encode more than the limit`() {
        var limits = MessagePackLimits()
        limits.size = 10
        let encoder = MessagePackEncoder(limits: limits)
        #expect(throws: Never.self) { try encoder.encode("123456789") }
        let error = #expect(throws: MessagePackError.self) { try encoder.encode("1234567890") }
        #expect(error?.code == .tooLarge)
    }
}
