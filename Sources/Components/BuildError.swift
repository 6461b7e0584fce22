internal import Configuration

/// Why a build failed where no component has an error of its own.
public struct BuildError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure; new kinds may be added.
    public struct Code: Hashable, Sendable {
        private enum Kind: Sendable {
            case provisionerTimedOut, cleanupFailed, postProcessorFailed, artifactNotDestroyed
        }
        private let kind: Kind

        /// A provisioner was still at work when its `timeout` passed, and was ended.
        public static let provisionerTimedOut = Self(kind: .provisionerTimedOut)
        /// A provisioner failed, and then the error-cleanup provisioner did too.
        public static let cleanupFailed = Self(kind: .cleanupFailed)
        /// A post-processor failed; what the builder made is kept.
        public static let postProcessorFailed = Self(kind: .postProcessorFailed)
        /// What is not needed any more could not be deleted.
        public static let artifactNotDestroyed = Self(kind: .artifactNotDestroyed)
    }

    /// The kind of failure.
    public let code: Code
    /// What failed, what was found, what to do.
    public let description: String

    /// A provisioner's `timeout` has passed.
    package static func provisionerTimedOut(_ type: String, after limit: Duration) -> BuildError {
        BuildError(
            code: .provisionerTimedOut,
            description: "provisioner \(type) failed: it was still running after its timeout of "
                + "\(limit.goText) and was ended. Raise `timeout` if the work needs longer."
        )
    }

    /// The provisioners failed, and then the error-cleanup provisioner.
    package static func cleanupFailed(_ error: any Error, original: any Error) -> BuildError {
        BuildError(
            code: .cleanupFailed,
            description: "Cleanup failed: \(error). Original Provisioning error: \(original)"
        )
    }

    /// A post-processor has failed.
    package static func postProcessorFailed(_ error: any Error) -> BuildError {
        BuildError(
            code: .postProcessorFailed,
            description: "Post-processor failed: \(error)"
        )
    }

    /// An artifact that nobody keeps could not be deleted.
    package static func artifactNotDestroyed(
        _ failure: String,
        _ error: any Error
    ) -> BuildError {
        BuildError(code: .artifactNotDestroyed, description: "\(failure): \(error)")
    }
}
