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
}
