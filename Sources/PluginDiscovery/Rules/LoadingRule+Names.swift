/// The rules about names and places.
extension LoadingRule {
    /// Anything else is looked at by no Packer.
    package static let name = LoadingRule(
        "name",
        "a plugin's name begins with packer-plugin-, packer-builder-, packer-provisioner-, "
            + "packer-post-processor- or packer-datasource-",
        plain: Dictionary(uniqueKeysWithValues: PackerGeneration.allCases.map { ($0, .notLoaded) })
    )
    /// Since 1.8.1 a name ends at the first underscore.
    package static let componentName = LoadingRule(
        "component-name",
        "there is no underscore in the name of a single component",
        component: [.since1_7: .otherName, .since1_9: .otherName]
    )
    /// Only the top of a folder is searched for them.
    package static let componentPlace = LoadingRule(
        "component-place",
        "a single component lies at the top of a folder of plugins",
        component: throughout(.component, .notLoaded)
    )
    /// At the top, all that follows the prefix is a name up to 1.8.0.
    package static let versionedPlace = LoadingRule(
        "versioned-place",
        "a plugin with a version in its name lies below its source address",
        plain: [.since1_6: .otherName, .since1_7: .otherName, .since1_11: .notLoaded]
    )
    /// At the top it is run as a plugin, up to 1.9.2.
    package static let checksumPlace = LoadingRule(
        "checksum-place",
        "no checksum lies at the top of a folder of plugins",
        plain: throughout(.plain, .endsPacker)
    )
    /// The last two parts of a name are the machine's.
    package static let platform = LoadingRule(
        "platform",
        "the name ends in _OS_ARCH, by Go's names for both",
        nested: throughout(.nested, .notLoaded)
    )
    /// Packer takes them for granted.
    package static let fields = LoadingRule(
        "name-fields",
        "the name has a version and an API version before its OS",
        nested: throughout(.nested, .endsPacker)
    )
    /// Since 1.8.1 a plugin that no template requires is loaded without a look at its version.
    package static let version = LoadingRule(
        "version",
        "the version in the name is one",
        nested: [.since1_7: .notRequirable, .since1_9: .notRequirable, .since1_11: .notLoaded]
    )
    /// Two ways of writing one version would be two plugins.
    package static let canonicalVersion = LoadingRule(
        "version-form",
        "the version in the name is written as vX.Y.Z, in full",
        nested: [.since1_11: .notLoaded]
    )
    /// Metadata do not order versions.
    package static let metadata = LoadingRule(
        "version-metadata",
        "the version in the name has no metadata",
        nested: [.since1_11: .notLoaded]
    )
    /// In place it is loaded all the same, with a line in the log that calls it invalid.
    package static let preRelease = LoadingRule(
        "pre-release",
        "the only pre-release is -dev",
        nested: [.since1_11: .notInstallable]
    )
    /// As `version`.
    package static let apiVersion = LoadingRule(
        "api-version",
        "the API version in the name is written as xA.B",
        nested: [.since1_7: .notRequirable, .since1_9: .notRequirable, .since1_11: .notLoaded]
    )
    /// A plugin may be older than the host, in its minor version.
    package static let compatibility = LoadingRule(
        "api-compatible",
        "the API version has Packer's major number, and no newer minor one",
        plain: throughout(.plain, .failsInUse),
        nested: throughout(.nested, .notLoaded)
    )
    /// A source address has three parts or more.
    package static let sourceParts = LoadingRule(
        "source-parts",
        "a plugin lies below a host, a namespace and a name",
        deep: [.since1_7: .notLoaded, .since1_9: .notLoaded, .since1_11: .notRequirable]
    )
    /// For people only: a longer address is for newer Packers.
    package static let threeParts = LoadingRule(
        "three-parts",
        "a source address of more than three parts is for Packer since 1.11",
        deep: [.since1_7: .notLoaded, .since1_9: .notLoaded]
    )
    /// Packer counts the folders.
    package static let depth = LoadingRule(
        "depth",
        "a plugin lies below 16 folders at most",
        deep: throughout(.nested, .notLoaded)
    )
    /// Before 1.11 all of a source address is the path.
    package static let sourceName = LoadingRule(
        "source-name",
        "the folder of a plugin has its name",
        nested: [.since1_7: .notRequirable, .since1_9: .notRequirable]
    )
    /// Before 1.11 namespace and name are made lower case before they are looked for.
    package static let lowerCase = LoadingRule(
        "source-lower-case",
        "namespace and name are of a-z, 0-9 and single dashes between them",
        nested: [.since1_7: .notRequirable, .since1_9: .notRequirable]
    )
    /// What no source address can name no template can require.
    package static let pluginName = LoadingRule(
        "plugin-name",
        "a plugin's name is of letters, digits and single dashes between them, without packer- first",
        nested: throughout(.nested, .notRequirable)
    )
    /// Folders are walked through without following links.
    package static let folderLink = LoadingRule(
        "folder-link",
        "no folder on the way to a plugin is a symbolic link",
        nested: [.since1_11: .notLoaded]
    )
    /// A folder that cannot be read ends the walk.
    package static let readableFolder = LoadingRule(
        "folder-readable",
        "every folder below a folder of plugins can be read",
        nested: [.since1_11: .endsPacker]
    )
}
