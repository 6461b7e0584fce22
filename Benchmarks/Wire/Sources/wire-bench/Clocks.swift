#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The time of the processor that an operation takes, in nanoseconds.
///
/// - Throws: What the operation throws, and an error unless it gives `expected` each time; whose
///   length that is also keeps the compiler from leaving the work out.
func processorTime(
    of count: Int,
    giving expected: Int,
    _ operation: () throws -> Int
) throws -> Double {
    var sum = 0
    let start = threadTime()
    for _ in 0..<count { sum += try operation() }
    let time = threadTime() - start
    guard sum == count * expected else { throw BenchError("a result has not \(expected) parts") }
    return time / Double(count)
}

/// Of this thread, which an operation without `await` does not leave.
private func threadTime() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// The wall time of something, in seconds.
func wallTime(_ work: () async throws -> Void) async throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try await work()
    return (clock.now - start) / .seconds(1)
}
