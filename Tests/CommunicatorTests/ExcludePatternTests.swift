import Communicator
import TestSupport
import Testing

struct ExcludePatternTests {
    @Test(
        arguments: [
            // Without a slash: the name, at every depth.
            ("a", ["a", "x/a", "x/y/a"], ["b", "ab", "a/b", "A"]),
            ("*.o", [".o", "x.o", "d/x.o", "d.o/x.o"], ["x.oo", "x", "d.o/x"]),
            (".*", [".git", "d/.x"], ["a.b", ".git/x"]),
            ("*", ["a", ".a", "a/b"], []),
            ("a*b*c", ["abc", "axxbxxc", "abcbc"], ["ab", "abcd", "a/bc"]),
            ("a?c", ["abc", "d/a.c"], ["ac", "abbc", "a/c"]),
            ("**", ["a", "a/b"], []),
            ("[a-c]1", ["a1", "c1"], ["d1", "-1", "1"]),
            ("[!a-c]1", ["d1", "-1"], ["a1", "/1", "1"]), ("[^a]1", ["b1"], ["a1"]),
            ("[]x]", ["]", "x"], ["[", "[]x]"]), ("[a-]", ["a", "-"], ["b"]),
            ("[ab", ["[ab"], ["a", "b"]), ("[\\]a]", ["]", "a"], ["\\"]),
            ("\\*", ["*"], ["a", "\\*"]), ("a\\", ["a\\"], ["a"]),
            ("build/", ["build", "x/build"], ["build/x"]),
            // With one: the whole path.
            ("/a", ["a"], ["x/a", "a/b"]), ("a/b", ["a/b"], ["x/a/b", "b", "a/b/c"]),
            ("/a/*", ["a/b", "a/.b"], ["a", "a/b/c"]), ("*/b", ["a/b"], ["b", "a/c/b"]),
            ("a?b/c", ["axb/c"], ["a/b/c"]), ("x/[!a]b", ["x/cb"], ["x//b", "x/b"]),
            ("**/b", ["b", "a/b", "a/c/b"], ["ab", "a/xb"]),
            ("a/**", ["a/b", "a/b/c"], ["a", "ab"]),
            ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb", "a/x/yb"]),
            ("a/**b", ["a/b", "a/xb", "a/x/yb"], ["ab"]), ("a/b**", ["a/b", "a/b/c"], ["a/c"]),
            ("", [], ["a", "a/b"]), ("/", [], ["a"]), ("é?", ["éx"], ["é"]),
        ] as [(String, [String], [String])]
    )
    func `names what fnmatch would, with two stars across directories`(
        _ pattern: String,
        _ named: [String],
        _ other: [String]
    ) {
        let pattern = ExcludePattern(pattern)
        for path in named { #expect(pattern.matches(BytePath(path)), "\(path)") }
        for path in other { #expect(!pattern.matches(BytePath(path)), "\(path)") }
    }

    @Test func `compares names that are not UTF-8`() {
        let path = BytePath(bytes: Array("d/x".utf8) + [0xFF, 0xFE] + Array(".o".utf8))
        #expect(ExcludePattern("*.o").matches(path))
        #expect(ExcludePattern("x??.o").matches(path))
        #expect(ExcludePattern("d/x[!a]*").matches(path))
        #expect(!ExcludePattern("x?.o").matches(path))
    }

    @Test(arguments: ["*a", "**a", "?*a", "**/a", "[!b]*a"])
    func `takes no time that blows up`(piece: String) {
        let pattern = ExcludePattern(String(repeating: piece, count: 60) + "b")
        let name = BytePath(String(repeating: "a", count: 4_096))
        let path = BytePath(String(repeating: "a/", count: 2_048) + "a")
        let elapsed = ContinuousClock().measure {
            #expect(!pattern.matches(name))
            #expect(!pattern.matches(path))
        }
        // Backtracking would take longer than the universe is old.
        #expect(elapsed < .seconds(30))
    }

    /// Compares with a matcher that tries everything, on short random patterns.
    @Test func `agrees with a matcher that tries every way`() {
        var generator = SplitMix()
        let letters = Array("ab/*?".utf8)
        for _ in 0..<20_000 {
            let pattern = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                letters.randomElement(using: &generator) ?? 0x61
            }
            let names = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                String(repeating: Bool.random(using: &generator) ? "a" : "b", count: 2)
            }
            let path = Array(names.joined(separator: "/").utf8)
            let text = String(decoding: pattern, as: UTF8.self)
            // Trailing slashes are taken off, and what is left may have none in it.
            var trimmed = pattern[...]
            while trimmed.last == 0x2F, trimmed.count > 1 { trimmed.removeLast() }
            let isPath = trimmed.contains(0x2F)
            if trimmed.first == 0x2F { trimmed.removeFirst() }
            guard !trimmed.isEmpty else { continue }
            let subject = isPath ? path[...] : path.suffix(2)
            let expected = Self.tries(Array(trimmed)[...], subject, isAtName: true)
            #expect(
                ExcludePattern(text).matches(BytePath(bytes: path)) == expected,
                "\(text) and \(String(decoding: path, as: UTF8.self))"
            )
        }
    }

    private static func tries(
        _ pattern: ArraySlice<UInt8>,
        _ text: ArraySlice<UInt8>,
        isAtName: Bool
    ) -> Bool {
        guard let token = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        if token == 0x2A {
            let stars = pattern.prefix { $0 == 0x2A }.count
            let after = pattern.dropFirst(stars)
            if stars > 1, isAtName, after.first == 0x2F {
                let ends = text.indices.filter { text[$0] == 0x2F }.map { $0 + 1 }
                return ([text.startIndex] + ends).contains {
                    tries(after.dropFirst(), text[$0...], isAtName: true)
                }
            }
            let reach = stars > 1 ? text.count : text.prefix { $0 != 0x2F }.count
            return (0...reach).contains { tries(after, text.dropFirst($0), isAtName: false) }
        }
        guard let byte = text.first, token == 0x3F ? byte != 0x2F : byte == token else {
            return false
        }
        return tries(rest, text.dropFirst(), isAtName: token == 0x2F)
    }
}
