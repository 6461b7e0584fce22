/// Go's `os.FileMode`, whose set-id and sticky bits are not where POSIX has them.
enum GoFileMode {
    private static let setUser: UInt32 = 1 << 23
    private static let setGroup: UInt32 = 1 << 22
    private static let sticky: UInt32 = 1 << 20

    /// The mode that Go has for permission bits.
    static func from(_ mode: UInt32) -> UInt32 {
        mode & 0o777 | (mode & 0o4000 != 0 ? setUser : 0) | (mode & 0o2000 != 0 ? setGroup : 0)
            | (mode & 0o1000 != 0 ? sticky : 0)
    }

    /// The permission bits of a mode of Go's; what kind of file it is does not matter.
    static func permissions(_ mode: UInt32) -> UInt32 {
        mode & 0o777 | (mode & setUser != 0 ? 0o4000 : 0) | (mode & setGroup != 0 ? 0o2000 : 0)
            | (mode & sticky != 0 ? 0o1000 : 0)
    }
}
