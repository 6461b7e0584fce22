/// How connecting, running a command and uploading a file went with one allocation failing.
package struct AllocationReport: Codable, Sendable {
    /// Memory, and the calls that took it or gave it back, innermost first.
    package struct Block: Codable, Sendable {
        /// Its size in bytes.
        package var size: Int
        /// The number of the allocation.
        package var call: Int
        /// `library+0xoffset (symbol)`.
        package var frames: [String]

        /// A block made of its parts.
        package init(size: Int, call: Int, frames: [String]) {
            self.size = size
            self.call = call
            self.frames = frames
        }
    }

    /// Which allocation was to fail first; 0 for none.
    package var failing: Int
    /// The first that did; `nil` when there were not so many.
    package var failed: Block?
    /// How many there were up to the end of the upload.
    package var calls: Int
    /// How far it came: `connect`, `run`, `upload`, or `done` when nothing failed.
    package var stage: String
    /// The code of the error that ended it.
    package var error: String?
    /// The whole error.
    package var detail: String?
    /// What is not as it has to be: an error without a type, a wrong status, a file with other bytes.
    package var wrong: [String]
    /// What was still allocated when everything was closed.
    package var leaks: [Block]
    /// What was given back twice or was never taken.
    package var badFrees: [Block]
    /// The sockets that were still open when everything was closed.
    package var sockets: Int
    /// Names that the upload left beside its file.
    package var leftovers: [String]
    /// How long all of it took.
    package var seconds: Double

    /// The report of a run that has not begun.
    package init(failing: Int) {
        self.failing = failing
        calls = 0
        stage = "connect"
        wrong = []
        leaks = []
        badFrees = []
        sockets = 0
        leftovers = []
        seconds = 0
    }
}

/// Where a process crashed.
package struct CrashReport: Codable, Sendable {
    /// The signal; SIGPROF stands for a loop without an end.
    package var signal: Int
    /// The calls that led to it, innermost first: `library+0xoffset (symbol)`.
    package var frames: [String]
}
