/// What becomes of a build's machine when a step fails; Packer's `-on-error`.
public enum OnError: String, Sendable, CaseIterable {
    /// Every step that ran is cleaned up.
    case cleanUp = "cleanup"
    /// Nothing is cleaned up: what was made is left to be looked at.
    case abort
    /// The person is asked: clean up, abort, or try the step again.
    case ask
    /// As ``abort``, but the template's error-cleanup provisioner still runs on the machine.
    case runCleanupProvisioner = "run-cleanup-provisioner"
}

extension OnError: FieldValue {
    /// The kind in specs and documentation.
    public static var fieldType: FieldType { .string }

    /// The word, as a template would write it.
    public var fieldText: String { rawValue.goQuoted }

    /// Reads the word; the empty one is ``cleanUp``.
    ///
    /// So is one that is not known: the core has checked it, and a newer core's word must not leave
    /// anything behind.
    ///
    /// - Throws: `ConfigurationErrors` for what is no single value.
    public static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> OnError {
        Self(rawValue: try String.parse(raw, rendering: rendering)) ?? .cleanUp
    }
}
