@testable import Processes
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct `A process tree` {
    /// Ignores TERM, says so, and stays.
    private let stubborn = "trap '' TERM; echo ready; while :; do sleep 60; done"

    @Test func `ends though its leader left first and the rest ignores TERM`() async throws {
        let child = try await ChildProcess.spawn(shell("(\(stubborn)) & exit 0"))
        #expect(try await child.standardOutput?.read() == Array("ready\n".utf8))
        #expect(try await child.wait() == .exited(0))
        #expect(await child.terminateTree(grace: .milliseconds(50)))
        #expect(try await child.standardOutput?.read() == nil)
    }

    @Test func `gets its grace: a TERM handler may finish`() async throws {
        let child = try await ChildProcess.spawn(
            shell(
                "trap 'sleep 0.2; echo cleaned; exit 9' TERM; echo ready; while :; do sleep 0.1; done"
            )
        )
        #expect(try await child.standardOutput?.read() == Array("ready\n".utf8))
        #expect(await child.terminateTree(grace: .seconds(20)))
        #expect(try await child.standardOutput?.text() == "cleaned\n")
        #expect(try await child.wait() == .exited(9))
    }

    #if os(Linux)
        @Test func `includes a descendant that made a session of its own`() async throws {
            let child = try await ChildProcess.spawn(shell("setsid sh -c \"\(stubborn)\" & wait"))
            #expect(try await child.standardOutput?.read() == Array("ready\n".utf8))
            #expect(await child.terminateTree(grace: .milliseconds(50)))
            #expect(try await child.standardOutput?.read() == nil)
            #expect(try await child.wait() == .signaled(SIGTERM))
        }
    #endif

    #if os(Linux)
        @Test func `includes a daemon that has the child's mark`() async throws {
            // Started and left by a process that has ended: nothing leads to it but the mark.
            let daemon = "(setsid sh -c \"echo ready; while :; do sleep 60; done\" &)"
            var specification = shell("\(daemon); exit 0")
            let mark = Array("PROCESS_TREE_TEST=\(UInt64.random(in: 0 ... .max))".utf8)
            specification.environment = [Array("PATH=/usr/bin:/bin".utf8), mark]
            specification.mark = mark
            let child = try await ChildProcess.spawn(specification)
            #expect(try await child.standardOutput?.read() == Array("ready\n".utf8))
            #expect(try await child.wait() == .exited(0))
            #expect(await child.terminateTree(grace: .seconds(20)))
            #expect(try await child.standardOutput?.read() == nil)
        }

        @Test func `includes a daemon that others have started one after the other`() async throws {
            // Each lived for a moment, in a session whose leader has ended.
            let script = """
                import os, time
                os.setsid()
                if os.fork(): os._exit(0)
                print("ready", flush=True)
                for _ in range(20):
                    if os.fork(): os._exit(0)
                    time.sleep(0.0005)
                time.sleep(60)
                """
            let mark = Array("PROCESS_TREE_TEST=\(UInt64.random(in: 0 ... .max))".utf8)
            var specification = shell("(python3 -c \"$SCRIPT\" &); exit 0")
            specification.environment = [
                Array("PATH=/usr/bin:/bin".utf8), Array("SCRIPT=\(script)".utf8), mark,
            ]
            specification.mark = mark
            let child = try await ChildProcess.spawn(specification)
            #expect(try await child.standardOutput?.read() == Array("ready\n".utf8))
            #expect(try await child.wait() == .exited(0))
            let isGone = await child.terminateTree(grace: .zero)
            let reader = try #require(child.standardOutput)
            let outcome = try await DescriptorPoller.shared.wait(
                for: [reader.readability],
                until: .now + .seconds(5)
            )
            #expect(isGone && outcome == .ready)
        }

        @Test(arguments: ["", "setsid "])
        func `includes one whose first thread has ended before the others`(session: String)
            async throws
        {
            // Exits that thread alone (exit of syscalls(2)); another one says when that is done.
            let script = """
                import ctypes, platform, threading
                def stay():
                    while ") Z " not in open("/proc/self/stat").read(): pass
                    print("ready", flush=True)
                    threading.Event().wait()
                threading.Thread(target=stay).start()
                ctypes.CDLL(None).syscall({"x86_64": 60}.get(platform.machine(), 93), 0)
                """
            let mark = Array("PROCESS_TREE_TEST=\(UInt64.random(in: 0 ... .max))".utf8)
            var specification = shell("(\(session)python3 -c \"$SCRIPT\" &); exit 0")
            specification.environment = [
                Array("PATH=/usr/bin:/bin".utf8), Array("SCRIPT=\(script)".utf8), mark,
            ]
            specification.mark = mark
            let child = try await ChildProcess.spawn(specification)
            #expect(try await child.standardOutput?.read() == Array("ready\n".utf8))
            #expect(try await child.wait() == .exited(0))
            #expect(await child.terminateTree(grace: .zero))
            #expect(try await child.standardOutput?.read() == nil)
        }

        @Test func `is held to its limits, and to no more than its parent's`() async throws {
            var specification = shell("ulimit -n; ulimit -Hn; ulimit -c; ulimit -p")
            specification.limits = .init(openFiles: 37, coreBytes: 0)
            let child = try await ChildProcess.spawn(specification)
            let lines = try await child.standardOutput?.text().split(separator: "\n")
            let own = try await ChildProcess.spawn(shell("ulimit -p")).standardOutput?.text()
            #expect(
                lines?.map(String.init) == [
                    "37", "37", "0", try #require(own).filter { $0 != "\n" },
                ]
            )
            specification.limits = .init(openFiles: .max)
            let unlimited = try await ChildProcess.spawn(specification)
            #expect(try await unlimited.standardOutput?.text().hasPrefix("37\n") == false)
            #expect(try await unlimited.wait() == .exited(0))
        }
    #endif

    #if os(Linux)
        @Test(arguments: [128, 40])
        func `with more processes than there are descriptors is ended all the same`(
            descriptors: rlim_t
        ) async throws {
            // In a process of its own, whose limit no other test meets.
            await #expect(processExitsWith: .success) { [descriptors] in
                let mark = Array("PROCESS_TREE_TEST=\(UInt64.random(in: 0 ... .max))".utf8)
                var specification = shell(
                    "i=0; while test $i -lt 150; do (setsid sleep 600 &); i=$((i + 1)); done; echo"
                )
                specification.environment = [Array("PATH=/usr/bin:/bin".utf8), mark]
                specification.mark = mark
                let child = try await ChildProcess.spawn(specification)
                #expect(try await child.standardOutput?.read() == Array("\n".utf8))
                var limit = rlimit(rlim_cur: descriptors, rlim_max: descriptors)
                #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
                #expect(await child.terminateTree(grace: .milliseconds(50)))
                let entries = try ProcessTable.look().entries
                let left = try ProcessTable.marked(mark, among: entries, since: 0)
                #expect(left.processes == [])
            }
        }
    #endif

    @Test func `includes one that is stopped`() async throws {
        let child = try await ChildProcess.spawn(shell("echo ready; kill -STOP $$; echo never"))
        #expect(try await child.standardOutput?.read() == Array("ready\n".utf8))
        #expect(await child.terminateTree(grace: .seconds(20)))
        #expect(try await child.wait() == .signaled(SIGTERM))
    }

    @Test func `that has ended already is no error`() async throws {
        let child = try await ChildProcess.spawn(shell("exit 0"))
        _ = try await child.wait()
        #expect(await child.terminateTree(grace: .seconds(5)))
        child.signalGroup(SIGKILL)
        #expect(child.end == .exited(0))
    }
}

#if os(Linux)
    @Suite struct `Supervision` {
        @Test func `of 500 children leaves no descriptor and no zombie`() async throws {
            // In a process of its own, where no other test opens or starts anything meanwhile.
            await #expect(processExitsWith: .success) {
                func openDescriptors() async -> [Int32] {
                    // Comes after all that earlier spawns still had to close.
                    _ = try? await ChildProcess.spawn(ProcessSpecification("/no/such/program"))
                    return (0..<1024).filter { fcntl($0, F_GETFD) >= 0 }
                }
                _ = try await output(of: shell("exit 0"))
                let before = await openDescriptors()
                // Dropped while it runs: collected without anyone waiting.
                let dropped = try await ChildProcess.spawn(shell("cat")).standardOutput
                #expect(try await dropped?.read() == nil)
                dropped?.close()
                for _ in 0..<250 {
                    _ = try await output(of: shell("exit 0"))
                    _ = try? await ChildProcess.spawn(ProcessSpecification("/no/such/program"))
                }
                let after = await openDescriptors()
                errno = 0
                let collected = waitpid(-1, nil, WNOHANG)
                let reason = errno
                #expect(after == before)
                #expect(collected == -1)
                #expect(reason == ECHILD)
            }
        }

        @Test func `ends a child whose parent was killed`() async throws {
            let folder = try await output(of: ProcessSpecification("mktemp", ["-d"])).dropLast()
            let fifo = "\(folder)/fifo"
            #expect(unsafe mkfifo(fifo, 0o600) == 0)
            let reader = PipeReader(
                Descriptor(owning: unsafe open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC))
            )
            await #expect(processExitsWith: .signal(SIGKILL)) { [fifo = fifo as String] in
                let child = try await ChildProcess.spawn(
                    shell("exec 3> '\(fifo)'; echo held >&3; echo ready; exec sleep 600")
                )
                _ = try await child.standardOutput?.read()
                kill(getpid(), SIGKILL)
            }
            #expect(try await reader.read() == Array("held\n".utf8))
            let outcome = try await DescriptorPoller.shared.wait(
                for: [reader.readability],
                until: .now + .seconds(30)
            )
            #expect(outcome == .ready)
            #expect(try reader.readAvailable() == .end)
            _ = try await output(of: ProcessSpecification("rm", ["-r", String(folder)]))
        }
    }
#endif
