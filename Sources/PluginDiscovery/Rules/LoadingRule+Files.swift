/// The rules about files, and about what they say of themselves.
extension LoadingRule {
    /// A folder at the top is run as a plugin, up to 1.9.1.
    package static let regularFile = LoadingRule(
        "regular-file",
        "a plugin is a regular file, or a symbolic link to one",
        component: throughout(.component, .failsInUse),
        plain: throughout(.plain, .endsPacker),
        nested: throughout(.nested, .notLoaded)
    )
    /// To hash it is to wait for somebody who writes.
    package static let pipe = LoadingRule(
        "pipe",
        "neither a plugin nor its checksum is a named pipe",
        nested: throughout(.nested, .hangsPacker)
    )
    /// Since 1.9.2 one at the top is passed over.
    package static let executable = LoadingRule(
        "executable",
        "a plugin may be executed, mode 0755",
        component: throughout(.component, .failsInUse),
        plain: throughout(.plain, .endsPacker),
        nested: [.since1_7: .endsPacker, .since1_9: .endsPacker, .since1_11: .notLoaded]
    )
    /// Ours, not Packer's: what everybody may change is not run.
    package static let safe = LoadingRule(
        "safe-to-run",
        "neither a plugin nor its folder may be written by everybody; it is not run else"
    )
    /// Beside a plugin by its name and `_SHA256SUM`.
    package static let checksum = LoadingRule(
        "checksum",
        "the file's SHA-256 lies beside it, by its name and _SHA256SUM",
        nested: throughout(.nested, .notLoaded)
    )
    /// The first 64 are read, and what follows does not count.
    package static let checksumForm = LoadingRule(
        "checksum-form",
        "a checksum is 64 hexadecimal digits",
        nested: throughout(.nested, .notLoaded)
    )
    /// What differs is not run.
    package static let checksumMatch = LoadingRule(
        "checksum-match",
        "the checksum is the file's",
        nested: throughout(.nested, .notLoaded)
    )
    /// Up to 1.10, one plugin that cannot be asked ends everything.
    package static let description = LoadingRule(
        "describe",
        "describe prints what the plugin has, and ends with 0",
        plain: throughout(.plain, .endsPacker),
        nested: [.since1_7: .endsPacker, .since1_9: .endsPacker, .since1_11: .notLoaded]
    )
    /// Packer has no deadline.
    package static let descriptionEnd = LoadingRule(
        "describe-ends",
        "describe ends, and all that it started lets go of its output",
        plain: throughout(.plain, .hangsPacker),
        nested: throughout(.nested, .hangsPacker)
    )
    /// It is compared with the name.
    package static let describedVersion = LoadingRule(
        "described-version",
        "the version that describe prints is one",
        nested: [.since1_11: .notLoaded]
    )
    /// Metadata do not count.
    package static let versionAgreement = LoadingRule(
        "version-agreement",
        "the name and describe say the same version",
        nested: [.since1_11: .notLoaded]
    )
    /// Compared as text.
    package static let apiAgreement = LoadingRule(
        "api-agreement",
        "the name and describe say the same API version",
        nested: [.since1_11: .notLoaded]
    )
    /// 1.6 knows no component with the plugin's own name.
    package static let defaultName = LoadingRule(
        "default-name",
        "no component has the plugin's own name, which Packer has since 1.7",
        plain: [.since1_6: .otherName]
    )
    /// For people only: what is for another machine is not run here.
    package static let otherPlatform = LoadingRule(
        "other-platform",
        "a plugin for another machine is not run here, and what it says of itself is not known"
    )
    /// For people only: since 1.12 one plugin without it makes Packer use gob for all.
    package static let protobuf = LoadingRule(
        "protobuf",
        "describe prints the protocol_version v2"
    )

    /// Every rule, by subject.
    package static let all: [LoadingRule] = [
        name, componentName, componentPlace, versionedPlace, checksumPlace, platform, fields,
        version, canonicalVersion, metadata, preRelease, apiVersion, compatibility, sourceParts,
        threeParts, depth, sourceName, lowerCase, pluginName, folderLink, readableFolder,
        regularFile, pipe, executable, safe, checksum, checksumForm, checksumMatch, description,
        descriptionEnd, describedVersion, versionAgreement, apiAgreement, defaultName,
        otherPlatform, protobuf,
    ]
}
