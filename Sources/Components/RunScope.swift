import Processes

/// What the components of one run share, whichever of its builds they belong to.
///
/// Any component may keep one value of each of its own types here; they live as long as the run.
public final class RunScope: Sendable {
    private let values = LockedValue<[ObjectIdentifier: any Sendable]>([:])

    /// A scope in which nothing is shared yet.
    public init() {}

    /// The run's value of a type, made when it is first asked for; `make` must not use the scope.
    package func value<Value: Sendable>(_ make: @Sendable () -> Value) -> Value {
        values.withLock { values in
            let key = ObjectIdentifier(Value.self)
            if let value = values[key] as? Value { return value }
            let value = make()
            values[key] = value
            return value
        }
    }
}
