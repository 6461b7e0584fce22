public import Console
import Interpolation

/// Which version of this program runs.
public enum ProgramVersion {
    /// The version, as in semantic versioning.
    public static let number = "0.1.0"

    static var findings: [Diagnosis.Finding] {
        [
            .init("packer-swift", number),
            .init("behaves like Packer", PackerVersion.compatible),
        ]
    }

    /// Prints the version as `packer version` does.
    public static func print(on screen: Screen) async {
        let ui = ConsoleInterface(screen)
        await ui.machine("version", [number])
        await ui.say("Packer-Swift v\(number)")
    }
}
