public import Configuration

/// A post-processor that is prepared, wherever its options were checked: here, or in a plugin.
public protocol RunnablePostProcessor: Sendable {
    /// Does the work on one artifact.
    ///
    /// - Parameters:
    ///   - artifact: What a builder, or the post-processor before, has made.
    ///   - ui: Is told what happens.
    /// - Returns: What came of it, and whether the input is still needed.
    /// - Throws: Whatever stops the chain; `CancellationError` when the task is cancelled.
    func postProcess(
        _ artifact: any Artifact,
        ui: any UserInterface
    ) async throws -> PostProcessed
}

/// Makes an artifact of another one: compresses it, uploads it, writes down what it is.
public protocol PostProcessor: RunnablePostProcessor {
    /// Which options there are, in the order of their declaration.
    static var fields: [FieldSpecification] { get }

    /// Checks a configuration and makes the post-processor from it; Packer's Configure.
    ///
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Self>
}

/// What a post-processor gives back.
public struct PostProcessed: Sendable {
    /// What it made; the input itself where it only looked at it; `nil` for nothing.
    public var artifact: (any Artifact)?
    /// Whether it would have the input kept, where the template does not say.
    public var keepsInput: Bool
    /// Whether it insists on that, because its own artifact needs the input.
    public var forcesKeeping: Bool

    /// A result made of its parts.
    public init(
        _ artifact: (any Artifact)?,
        keepsInput: Bool = false,
        forcesKeeping: Bool = false
    ) {
        self.artifact = artifact
        self.keepsInput = keepsInput
        self.forcesKeeping = forcesKeeping
    }
}
