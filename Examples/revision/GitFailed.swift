/// git's own words.
struct GitFailed: Error, CustomStringConvertible {
    let description: String
}
