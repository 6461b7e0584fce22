/// What a generation of Packer does where a rule is broken.
package enum LoadingEffect: Sendable, Hashable, CaseIterable {
    /// Passes the file over, and says so in its log alone.
    case notLoaded
    /// Loads it, but not where an HCL2 template requires it by its source address.
    case notRequirable
    /// Loads it where it lies; `packer plugins install` does not put it there.
    case notInstallable
    /// Gives its components other names than the plugin means.
    case otherName
    /// Takes it, and fails once a template needs it.
    case failsInUse
    /// Ends with an error, whatever it was asked to do.
    case endsPacker
    /// Waits for ever, whatever it was asked to do.
    case hangsPacker

    /// Whether nothing of the plugin can be used.
    package var isRejection: Bool {
        switch self {
        case .notLoaded, .failsInUse, .endsPacker, .hangsPacker: true
        case .notRequirable, .notInstallable, .otherName: false
        }
    }

    /// Whether other plugins suffer too.
    package var isHarmful: Bool { self == .endsPacker || self == .hangsPacker }

    /// What Packer does, behind its name and version.
    package var words: String {
        switch self {
        case .notLoaded: "does not load it"
        case .notRequirable: "does not find it where a template requires it"
        case .notInstallable: "loads it and does not install it"
        case .otherName: "gives its components other names"
        case .failsInUse: "fails when a template needs it"
        case .endsPacker: "ends with an error, whatever it is asked"
        case .hangsPacker: "waits for ever, whatever it is asked"
        }
    }
}
