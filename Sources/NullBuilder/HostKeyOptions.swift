import Configuration
import SSHCommunicator

/// The options that say which host keys are accepted; Packer accepts every one.
struct HostKeyOptions: ConfigurationBlock {
    @Field(
        "How the machine's host key is checked. `pin`: a key that known_hosts does not know is "
            + "accepted, and every later connection of the build must show the same; `strict`: the "
            + "key must be on record; `off`: any key is accepted, as Packer does. With `pin` and "
            + "`strict` a host that known_hosts knows must show one of the keys that are recorded "
            + "there, and a revoked key is refused. Nothing is sent to log in before the key is "
            + "accepted.",
        key: "ssh_host_key_checking"
    )
    var checking: HostKeyCheckingWord = .pin

    @Field(
        "The known_hosts file to read; `~` is the home directory. OpenSSH's "
            + "`~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts`, if they exist, unless set. It "
            + "is never written.",
        key: "ssh_known_hosts_file"
    )
    var knownHostsFile = ""

    @Field(
        "The only host keys to accept, each as `SHA256:...` as `ssh-keygen -l` shows it. They "
            + "stand above what known_hosts records, but not above what it revokes.",
        key: "ssh_host_key_fingerprints",
        check: { $0.compactMap(HostKeyPolicy.problem(withFingerprint:)).first }
    )
    var fingerprints: [String] = []

    /// What the options come to.
    var policy: HostKeyPolicy {
        HostKeyPolicy(
            checking.checking,
            knownHostsFiles: knownHostsFile.isEmpty ? nil : [HomePath(knownHostsFile).text],
            fingerprints: fingerprints
        )
    }

    /// Options that would not count, and a file that cannot be read.
    func problems() -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        func add(_ message: String, _ option: String, _ remedy: String) {
            let path = ConfigurationPath().key(option)
            problems.append(ConfigurationProblem(message, at: path, remedy: remedy))
        }
        if checking == .off, !fingerprints.isEmpty {
            add(
                "fingerprints are not compared while ssh_host_key_checking is off",
                "ssh_host_key_fingerprints",
                "remove `ssh_host_key_checking`, or the fingerprints"
            )
        }
        guard !knownHostsFile.isEmpty else { return problems }
        if checking == .off {
            add(
                "no file is read while ssh_host_key_checking is off",
                "ssh_known_hosts_file",
                "remove `ssh_host_key_checking`, or the file"
            )
        }
        let path = HomePath(knownHostsFile).text
        if let problem = HostKeyPolicy.problem(withKnownHostsFile: path) {
            add(
                "ssh_known_hosts_file is invalid: \(problem)",
                "ssh_known_hosts_file",
                "name a readable file; an empty one knows no host"
            )
        }
        return problems
    }
}

/// The words of `ssh_host_key_checking`.
enum HostKeyCheckingWord: String, CaseIterable, FieldValue {
    case strict
    case pin
    case off

    static var fieldType: FieldType { .string }

    var fieldText: String { rawValue.goQuoted }

    var checking: HostKeyPolicy.Checking {
        switch self {
        case .strict: .strict
        case .pin: .pin
        case .off: .off
        }
    }

    static func parse(_ raw: ConfigurationValue, rendering: FieldRendering) throws -> Self {
        let name = try String.parse(raw, rendering: rendering)
        // Packer takes the empty text for the default.
        if name.isEmpty { return .pin }
        guard let word = Self(rawValue: name) else {
            throw ConfigurationErrors(
                "\(name.goQuoted) is none of strict, pin and off",
                remedy: Spelling.suggestion(for: name, among: allCases.map(\.rawValue))
            )
        }
        return word
    }
}
