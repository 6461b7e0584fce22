public import Components

/// One build of a plan, prepared: everything in it is known to be right as far as can be told
/// without reaching a machine.
public struct PreparedBuild: Sendable {
    /// The build's name, unique in its plan.
    public var name: String
    /// What reaches the machine.
    public var builder: any RunnableBuilder
    /// What happens on it, in order.
    public var provisioners: [PreparedProvisioner]
    /// What happens to what the builder made: chains, in order, each of post-processors that take what the
    /// one before has made.
    public var postProcessors: [[PreparedPostProcessor]]
    /// What happens on it when a provisioner failed, Packer's `error-cleanup-provisioner`.
    public var errorCleanup: PreparedProvisioner?

    /// A build made of its parts.
    public init(
        name: String,
        builder: any RunnableBuilder,
        provisioners: [PreparedProvisioner] = [],
        postProcessors: [[PreparedPostProcessor]] = [],
        errorCleanup: PreparedProvisioner? = nil
    ) {
        self.name = name
        self.builder = builder
        self.provisioners = provisioners
        self.postProcessors = postProcessors
        self.errorCleanup = errorCleanup
    }
}

/// A prepared provisioner and how often, how long and when it may run.
public struct PreparedProvisioner: Sendable {
    /// The provisioner's name in templates: `shell`.
    public var type: String
    /// What does the work.
    public var provisioner: any RunnableProvisioner
    /// How long to wait before each attempt; Packer's `pause_before`.
    public var pauseBefore: Duration
    /// How long one attempt may last without the pause, or `nil`; Packer's `timeout`.
    public var timeout: Duration?
    /// How often it is tried again after a failure; Packer's `max_retries`.
    public var maxRetries: Int

    /// A provisioner with what a template says around it.
    public init(
        type: String,
        provisioner: any RunnableProvisioner,
        pauseBefore: Duration = .zero,
        timeout: Duration? = nil,
        maxRetries: Int = 0
    ) {
        self.type = type
        self.provisioner = provisioner
        self.pauseBefore = pauseBefore
        self.timeout = timeout
        self.maxRetries = maxRetries
    }
}

/// A prepared post-processor and what the template says around it.
public struct PreparedPostProcessor: Sendable {
    /// Its name; its type where the template gives it none.
    public var name: String
    /// Its name in templates: `checksum`.
    public var type: String
    /// What does the work.
    public var postProcessor: any RunnablePostProcessor
    /// Whether what it is given is kept; `nil` where that is left to it.
    public var keepsInput: Bool?

    /// A post-processor with what a template says around it.
    public init(
        name: String? = nil,
        type: String,
        postProcessor: any RunnablePostProcessor,
        keepsInput: Bool? = nil
    ) {
        self.name = name ?? type
        self.type = type
        self.postProcessor = postProcessor
        self.keepsInput = keepsInput
    }
}
