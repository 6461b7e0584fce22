// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that who uses the libraries never builds the benchmark.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Named, because a checkout may be in a folder of any name.
        .package(name: "packer-swift", path: "..")
    ],
    targets: [
        .executableTarget(
            name: "bench-client",
            dependencies: [
                .product(name: "Communicator", package: "packer-swift"),
                .product(name: "SSHCommunicator", package: "packer-swift"),
            ],
            swiftSettings: [
                .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
