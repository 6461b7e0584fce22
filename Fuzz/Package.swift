// swift-tools-version: 6.2
import PackageDescription

// A package of its own, because all of it is built for libFuzzer, which brings its own main.
// The libraries are built from their sources beside it (`Libraries` is a link), because what is
// fuzzed is for this project only (`package`) and so out of another package's reach.

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A library to fuzz, from the folder that is its home.
func library(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    path: String? = nil,
    exclude: [String] = []
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: "Libraries/\(path ?? name)",
        exclude: exclude,
        swiftSettings: settings
    )
}

/// A program that feeds a library, in `Sources/<name>`; it has a line in `CFuzzMain` too.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies + ["CFuzzMain"],
        swiftSettings: settings
    )
}

let package = Package(
    name: "Fuzz",
    platforms: [.macOS(.v15)],
    targets: [
        .target(name: "CFuzzMain"),
        library("ByteStreams", exclude: ["Sockets"]),
        .target(name: "CProcesses", path: "Libraries/Processes/CProcesses"),
        library(
            "Communicator",
            ["Deadlines", "Processes"],
            exclude: ["SSH", "CLibSSH2", "COpenSSL"]
        ),
        library(
            "Components",
            ["Communicator", "Configuration", "Interpolation", "Processes"]
        ),
        library("Configuration"),
        library("Deadlines"),
        library("Gob"),
        library(
            "HCLSpecification",
            ["Configuration", "Gob", "MessagePack"],
            path: "PackerRPC/Specification"
        ),
        library("Interpolation", ["Configuration"]),
        library("MessagePack"),
        library("NetRPC", ["ByteStreams", "MessagePack"]),
        library(
            "PackerRPC",
            [
                "ByteStreams", "Communicator", "Components", "Configuration", "Deadlines", "Gob",
                "HCLSpecification", "MessagePack", "NetRPC", "Processes", "Yamux",
            ],
            exclude: ["Specification"]
        ),
        library("Processes", ["CProcesses"], exclude: ["CProcesses"]),
        library("Yamux", ["ByteStreams"]),
        fuzzer("fuzz-cty", ["HCLSpecification"]),
        fuzzer("fuzz-describe", ["PackerRPC"]),
        fuzzer(
            "fuzz-envelope",
            ["PackerRPC", "ByteStreams", "Communicator", "NetRPC", "Yamux"]
        ),
        fuzzer("fuzz-gob", ["Gob"]),
        fuzzer("fuzz-handshake", ["PackerRPC"]),
        fuzzer("fuzz-messagepack", ["MessagePack"]),
        fuzzer("fuzz-netrpc", ["NetRPC"]),
        fuzzer("fuzz-specification", ["HCLSpecification"]),
        fuzzer("fuzz-yamux", ["Yamux"]),
    ],
    swiftLanguageModes: [.v6]
)
