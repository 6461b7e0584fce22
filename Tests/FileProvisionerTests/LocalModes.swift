import Foundation

/// The permission bits of a local file.
func modeBits(of path: String) throws -> UInt32 {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? NSNumber)?.uint32Value ?? .max
}
