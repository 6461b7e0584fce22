import Components

/// What the null builder makes: nothing, in Packer's words.
struct NullArtifact: Artifact {
    let builderID = "fnoeding.null"
    let files: [String] = []
    let id = "Null"
    let summary = "Did not export anything. This is the null builder"
}
