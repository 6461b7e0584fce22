// swift-tools-version: 6.2
import PackageDescription

// A package of its own beside Benchmarks, because what is measured is for this project only
// (`package`) and so out of another package's reach. The libraries are built from their sources
// (`Libraries` is a link); in Benchmarks, which depends on packer-swift, their names are taken.

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A library to measure, from the folder that is its home.
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

let package = Package(
    name: "Wire",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2")
    ],
    targets: [
        library("ByteStreams", exclude: ["Sockets"]),
        library(
            "SocketStreams",
            [
                "ByteStreams",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "ByteStreams/Sockets"
        ),
        library("Gob"),
        library("MessagePack"),
        library("NetRPC", ["ByteStreams", "MessagePack"]),
        library("Yamux", ["ByteStreams"]),
        .target(
            name: "CWireBaseline",
            cSettings: [.enableWarning("all"), .treatAllWarnings(as: .error)]
        ),
        .executableTarget(
            name: "wire-bench",
            dependencies: [
                "ByteStreams", "CWireBaseline", "Gob", "MessagePack", "NetRPC", "SocketStreams",
                "Yamux",
            ],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
