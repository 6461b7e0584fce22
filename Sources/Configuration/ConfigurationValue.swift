/// A value as a template gives it: JSON's kinds, before any option's type is known.
public indirect enum ConfigurationValue: Sendable, Equatable {
    /// No value; an option set to it counts as not set.
    case null
    /// true or false.
    case bool(Bool)
    /// A number without fraction or exponent that fits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// Text.
    case string(String)
    /// Values in order.
    case list([ConfigurationValue])
    /// Values by key; keys are unique by then.
    case map([String: ConfigurationValue])
}
