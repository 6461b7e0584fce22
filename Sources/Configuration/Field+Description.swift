extension Field: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The value as a template would write it; that of a sensitive option is never shown.
    public var description: String {
        if declaration.isSensitive { return "<sensitive>" }
        return currentText ?? "<not set>"
    }

    /// As ``description``.
    public var debugDescription: String { description }

    /// Nothing to look into, so that dumping a block shows no secret either.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
