/// The program that runs.
package enum OwnProgram {
    /// What starts it again: on Linux the file itself, also where another one has its name by now.
    package static var executable: String {
        #if os(Linux)
            "/proc/self/exe"
        #else
            CommandLine.arguments.first ?? ""
        #endif
    }

    /// Where its file is, or `nil` where that is not known.
    package static var path: String? { PluginTrust.resolved(executable) }
}
