import Processes
import Console
import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The screen on this process's standard output.
enum StandardScreen {
    /// Calls `onClosed` as soon as nobody can read the output any more, also while none is written.
    static func watch(onClosed: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "output").async {
            OutputFile.standardOutput.waitUntilClosed()
            onClosed()
        }
    }

    static func make(
        color: Bool = true,
        isMachineReadable: Bool = false,
        hasTimestamps: Bool = false,
        onClosed: @escaping @Sendable () -> Void = {}
    ) -> Screen {
        let file = OutputFile.standardOutput
        let style = OutputStyle.fitting(
            isTerminal: file.isTerminal,
            color: color,
            isMachineReadable: isMachineReadable,
            hasTimestamps: hasTimestamps,
            environment: { ProcessEnvironment.variables[$0] }
        )
        return Screen(
            sink: file,
            style: style,
            terminal: ControllingTerminal(),
            width: { file.width ?? 80 },
            wallClock: { Int64(time(nil)) },
            onClosed: onClosed
        )
    }
}
