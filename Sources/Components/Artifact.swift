public import Configuration

/// What a builder made.
public protocol Artifact: Sendable {
    /// Who made it; Packer's BuilderId.
    var builderID: String { get }
    /// The files it is made of; may be empty.
    var files: [String] { get }
    /// Its name where it lives.
    var id: String { get }
    /// What to tell the user.
    var summary: String { get }

    /// Something that is known about it by name, such as `generated_data`; `.null` by default.
    func state(_ name: String) async throws -> ConfigurationValue

    /// Deletes what it is made of; nothing by default.
    func destroy() async throws
}

extension Artifact {
    /// Knows nothing more.
    public func state(_ name: String) async throws -> ConfigurationValue { .null }

    /// Is made of nothing that could be deleted.
    public func destroy() async throws {}
}
