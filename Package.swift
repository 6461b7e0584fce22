// swift-tools-version: 6.2
import PackageDescription

/// What every target is compiled with; a target that needs less says why beside it.
let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A library of this package, in `Sources/<name>` unless a path says otherwise.
func room(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    path: String? = nil,
    exclude: [String] = []
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: path,
        exclude: exclude,
        swiftSettings: settings
    )
}

/// The tests of one room, in `Tests/<name>`.
func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        exclude: exclude,
        swiftSettings: settings
    )
}

/// A plugin in `Examples`, made as its author would outside this package: from what is public alone.
func example(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: "packer-plugin-\(name)",
        dependencies: ["Communicator", "Components", "Configuration", "PluginSDK"] + dependencies,
        path: "Examples/\(name)",
        packageAccess: false,
        swiftSettings: settings
    )
}

let nioLocks = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nio: [Target.Dependency] = [
    nioLocks,
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
    name: "packer-swift",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "packer-swift", targets: ["packer-swift"]),
        .executable(name: "packer-plugin-swift", targets: ["packer-plugin-swift"]),
        .library(name: "Communicator", targets: ["Communicator"]),
        .library(name: "SSHCommunicator", targets: ["SSHCommunicator"]),
        .library(
            name: "PluginSDK",
            targets: ["PluginSDK", "Components", "Configuration", "Interpolation", "StepRunner"]
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        // Bytes and processes: know nothing of machines or of Packer.
        room("ByteStreams", exclude: ["Sockets"]),
        room("SocketStreams", ["ByteStreams"] + nio, path: "Sources/ByteStreams/Sockets"),
        .target(name: "CProcesses", path: "Sources/Processes/CProcesses"),
        room("Processes", ["CProcesses"], exclude: ["CProcesses"]),
        room("Deadlines"),
        room("SFTP", ["ByteStreams", "Deadlines"]),

        // The wire: knows nothing of Packer, no sockets.
        room("Gob"),
        room("MessagePack"),
        room("NetRPC", ["ByteStreams", "MessagePack"]),
        room("Yamux", ["ByteStreams"]),

        // Reaching a machine.
        room(
            "Communicator",
            ["Deadlines", "Processes"],
            exclude: ["SSH", "CLibSSH2", "COpenSSL"]
        ),
        .systemLibrary(
            name: "CLibSSH2",
            path: "Sources/Communicator/CLibSSH2",
            pkgConfig: "libssh2",
            providers: [.apt(["libssh2-1-dev"]), .brew(["libssh2"])]
        ),
        .systemLibrary(
            name: "COpenSSL",
            path: "Sources/Communicator/COpenSSL",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
        ),
        room(
            "SSHCommunicator",
            [
                "ByteStreams", "CLibSSH2", "COpenSSL", "Communicator", "Deadlines", "SFTP",
                "SocketStreams", nioLocks,
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Sources/Communicator/SSH"
        ),

        // Packer's words.
        room("Configuration"),
        room("Interpolation", ["Configuration"]),
        room("Components", ["Communicator", "Configuration", "Interpolation", "Processes"]),
        room(
            "ShellProvisioner",
            [
                "Communicator", "Components", "Configuration", "Deadlines", "Interpolation",
                "Processes",
            ]
        ),
        room(
            "FileProvisioner",
            ["Communicator", "Components", "Configuration", "Interpolation"]
        ),
        room(
            "ChecksumPostProcessor",
            [
                "COpenSSL", "Communicator", "Components", "Configuration", "Deadlines",
                "Interpolation",
            ]
        ),
        room("FileDataSource", ["COpenSSL", "Communicator", "Components", "Configuration"]),

        // For who writes components.
        room(
            "StepRunner",
            ["Communicator", "Components", "Configuration", "Deadlines"],
            path: "Sources/PluginSDK/Steps"
        ),

        // Packer's wire.
        room(
            "HCLSpecification",
            ["Configuration", "Gob", "MessagePack"],
            path: "Sources/PackerRPC/Specification"
        ),
        room(
            "PackerRPC",
            [
                "ByteStreams", "Communicator", "Components", "Configuration", "Deadlines", "Gob",
                "HCLSpecification", "MessagePack", "NetRPC", "Processes", "Yamux",
            ],
            exclude: ["Specification"]
        ),

        room(
            "PluginDiscovery",
            ["COpenSSL", "Communicator", "Deadlines", "PackerRPC", "Processes"]
        ),

        room(
            "PluginHost",
            [
                "ByteStreams", "Communicator", "Components", "Configuration", "Deadlines",
                "HCLSpecification", "MessagePack", "PackerRPC", "PluginDiscovery", "Processes",
                "SocketStreams",
            ]
        ),

        // Whole builds.
        room(
            "Console",
            ["Communicator", "Components", "Configuration", "Interpolation", "Processes"]
        ),
        room(
            "NullBuilder",
            [
                "Communicator", "Components", "Configuration", "Console", "Deadlines",
                "Interpolation", "Processes", "SSHCommunicator",
            ]
        ),
        room("Template", ["Configuration", "Interpolation"]),
        room(
            "Build",
            [
                "ChecksumPostProcessor", "Communicator", "Components", "Configuration", "Console",
                "Deadlines", "FileProvisioner", "Interpolation", "NullBuilder", "PluginHost",
                "PluginSDK", "Processes", "SSHCommunicator", "ShellProvisioner", "Template",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .executableTarget(
            name: "packer-swift",
            dependencies: [
                "Build", "Communicator", "Components", "Console", "Interpolation",
                "PackerRPC", "PluginDiscovery", "PluginHost", "PluginSDK", "Processes",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),

        // A plugin for the real Packer.
        room(
            "PluginSDK",
            [
                "ByteStreams", "Communicator", "Components", "Configuration", "Deadlines",
                "HCLSpecification", "Interpolation", "MessagePack", "PackerRPC", "Processes",
                "SocketStreams", "StepRunner",
            ],
            exclude: ["Steps"]
        ),
        .executableTarget(
            name: "packer-plugin-swift",
            dependencies: [
                "ChecksumPostProcessor", "FileDataSource", "FileProvisioner", "NullBuilder",
                "PluginSDK", "ShellProvisioner",
            ],
            swiftSettings: settings
        ),

        // One plugin of each kind, to learn from.
        example("archive"),
        example("folder"),
        example("greet"),
        example("machine", ["SSHCommunicator"]),
        example("revision"),

        // Tests: one target a room, then those that need the whole.
        .target(
            name: "TestSupport",
            dependencies: [
                "ByteStreams", "Communicator", "Components", "NetRPC", "PackerRPC", "Processes",
                "SSHCommunicator", "SocketStreams", "Yamux",
            ] + nio,
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        tests("ByteStreamsTests", ["ByteStreams", "SocketStreams"] + nio),
        tests("DeadlinesTests", ["Deadlines"]),
        tests("ProcessesTests", ["Processes"]),
        tests("GobTests", ["Gob", "TestSupport"], exclude: ["Vectors"]),
        tests("MessagePackTests", ["MessagePack", "TestSupport"], exclude: ["oracle.py"]),
        tests(
            "NetRPCTests",
            ["ByteStreams", "MessagePack", "NetRPC", "Processes", "TestSupport"],
            exclude: ["Vectors"]
        ),
        tests(
            "YamuxTests",
            ["ByteStreams", "Processes", "TestSupport", "Yamux"],
            exclude: ["Vectors"]
        ),
        tests("SFTPTests", ["ByteStreams", "SFTP", "TestSupport"]),
        tests("CommunicatorTests", ["Communicator", "TestSupport"]),
        tests(
            "SSHCommunicatorTests",
            [
                "ByteStreams", "Communicator", "SFTP", "SSHCommunicator", "SocketStreams",
                "TestSupport",
            ] + nio
        ),
        tests(
            "CommunicatorContractTests",
            [
                "ByteStreams", "Communicator", "SSHCommunicator", "TestSupport",
            ]
        ),
        tests("ConfigurationTests", ["Configuration"]),
        tests("ComponentsTests", ["Components", "Configuration", "Interpolation", "TestSupport"]),
        tests("InterpolationTests", ["Configuration", "Interpolation"]),
        tests(
            "HCLSpecificationTests",
            ["Configuration", "Gob", "HCLSpecification", "MessagePack", "TestSupport"],
            exclude: ["Vectors", "specification.proto"]
        ),
        tests(
            "ShellProvisionerTests",
            [
                "Communicator", "Components", "Configuration", "Processes", "ShellProvisioner",
                "TestSupport",
            ]
        ),
        tests(
            "FileProvisionerTests",
            ["Communicator", "Components", "Configuration", "FileProvisioner", "TestSupport"]
        ),
        tests(
            "ChecksumPostProcessorTests",
            [
                "ChecksumPostProcessor", "Communicator", "Components", "Configuration",
                "TestSupport",
            ]
        ),
        tests(
            "FileDataSourceTests",
            [
                "Communicator", "Components", "Configuration", "FileDataSource", "HCLSpecification",
                "MessagePack", "PackerRPC", "Processes", "TestSupport", "packer-plugin-swift",
            ]
        ),
        tests(
            "StepRunnerTests",
            ["Communicator", "Components", "Configuration", "StepRunner", "TestSupport"]
        ),
        tests(
            "PackerRPCTests",
            [
                "ByteStreams", "Communicator", "Components", "Configuration", "HCLSpecification",
                "MessagePack", "NetRPC", "PackerRPC", "PluginSDK", "Processes", "SocketStreams",
                "TestSupport", "Yamux", "packer-plugin-swift", "packer-plugin-test",
            ],
            exclude: ["README.md", "Vectors"]
        ),
        tests(
            "PluginDiscoveryTests",
            [
                "Communicator", "PackerRPC", "PluginDiscovery", "Processes", "TestSupport",
                "packer-plugin-swift",
            ]
        ),
        tests(
            "PluginHostTests",
            [
                "Communicator", "Components", "Configuration", "MessagePack", "PackerRPC",
                "PluginDiscovery", "PluginHost", "Processes", "TestSupport", "packer-plugin-swift",
                "packer-plugin-test",
            ],
            exclude: ["README.md"]
        ),
        tests("TemplateTests", ["Configuration", "Template"]),
        tests("ConsoleTests", ["Communicator", "Components", "Console"]),
        tests(
            "BuildTests",
            [
                "Build", "ChecksumPostProcessor", "Communicator", "Components", "Configuration",
                "Console", "FileDataSource", "FileProvisioner", "NullBuilder", "Processes",
                "SSHCommunicator", "ShellProvisioner", "TestSupport", "packer-swift",
            ]
        ),
        tests(
            "InteropTests",
            [
                "Components", "Configuration", "Interpolation", "Processes", "TestSupport",
                "packer-plugin-archive", "packer-plugin-folder", "packer-plugin-greet",
                "packer-plugin-machine", "packer-plugin-revision", "packer-plugin-swift",
                "packer-plugin-test",
            ],
            exclude: ["go"]
        ),
        .executableTarget(
            name: "packer-plugin-test",
            dependencies: [
                "Communicator", "Components", "Configuration", "PluginSDK", "StepRunner",
            ],
            path: "Tests/TestPlugin",
            swiftSettings: settings
        ),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "ByteStreams", "COpenSSL", "Communicator", "Processes", "SSHCommunicator",
                "SocketStreams", "TestSupport",
            ] + nio,
            exclude: ["README.md"],
            swiftSettings: settings
        ),

        // `make bench`: our plugin beside Go's, by the half of the wire that the host has.
        .executableTarget(
            name: "plugin-bench",
            dependencies: [
                "ByteStreams", "Communicator", "Components", "Configuration", "MessagePack",
                "PackerRPC",
                "Processes", "SocketStreams", nioLocks,
            ],
            path: "Benchmarks/Plugin",
            swiftSettings: settings
        ),

        // `make soak`: a program whose memory is measured, and the tests that judge it.
        .target(
            name: "CFailingAllocator",
            path: "Tests/SoakClient/CFailingAllocator"
        ),
        .target(
            name: "SoakReports",
            path: "Tests/SoakClient/Reports",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "soak-client",
            dependencies: [
                "ByteStreams", "CFailingAllocator", "Communicator", "Components", "Configuration",
                "PluginHost", "SSHCommunicator", "SoakReports", "SocketStreams", "TestSupport",
                "Yamux", nioLocks,
            ],
            path: "Tests/SoakClient",
            exclude: ["CFailingAllocator", "Reports"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SoakTests",
            dependencies: ["Processes", "SoakReports", "TestSupport", "soak-client"],
            exclude: ["README.md"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
