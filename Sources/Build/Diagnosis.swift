public import Console
import SSHCommunicator

/// What this machine and its libraries can do, and what is in the way of a build.
public struct Diagnosis: Sendable {
    /// One thing that was looked at.
    public struct Finding: Sendable, Equatable {
        /// What was looked at.
        public var subject: String
        /// What was found.
        public var state: String
        /// What to do when it is in the way of a build; `nil` when it is not.
        public var remedy: String?

        /// A finding made of its parts.
        public init(_ subject: String, _ state: String, remedy: String? = nil) {
            self.subject = subject
            self.state = state
            self.remedy = remedy
        }
    }

    /// Findings that belong together.
    public struct Section: Sendable, Equatable {
        /// What they are about.
        public var title: String
        /// The findings.
        public var findings: [Finding]
    }

    /// The findings, by subject.
    public var sections: [Section]

    /// Looks at this machine; takes milliseconds and reaches no other one.
    @concurrent
    public static func current() async -> Diagnosis {
        Diagnosis(sections: [
            Section(title: "Program", findings: ProgramVersion.findings),
            Section(title: "SSH", findings: sshFindings),
            Section(title: "This machine", findings: LocalMachine.findings),
        ])
    }

    private static var sshFindings: [Finding] {
        let capabilities = SSHCapabilities.current
        return [Finding("libssh2", capabilities.libraryVersion)]
            + capabilities.rows.map { row in
                Finding(row.name, (row.isAvailable ? "yes" : "no") + ": " + row.note)
            }
    }

    /// Whether nothing is in the way of a build.
    public var isHealthy: Bool {
        sections.allSatisfy { $0.findings.allSatisfy { $0.remedy == nil } }
    }

    /// Prints the findings as a table; for machines, each as an event `doctor`.
    ///
    /// - Returns: Whether nothing is in the way of a build.
    @discardableResult
    public func print(on screen: Screen) async -> Bool {
        let ui = ConsoleInterface(screen)
        guard !screen.style.isMachineReadable else {
            for section in sections {
                for finding in section.findings {
                    let data = [finding.subject, finding.state, finding.remedy ?? ""]
                    await ui.machine("doctor", [section.title] + data)
                }
            }
            return isHealthy
        }
        let width = sections.flatMap(\.findings).map(\.subject.count).max() ?? 0
        for section in sections {
            await ui.say(section.title)
            for finding in section.findings {
                let gap = String(repeating: " ", count: width - finding.subject.count + 2)
                await ui.say("  \(finding.subject)\(gap)\(finding.state)")
                if let remedy = finding.remedy { await ui.error("    -> \(remedy)") }
            }
        }
        return isHealthy
    }
}
