/// Where libssh2 takes the memory of its sessions from, in the place of malloc.
///
/// For tests that have every allocation fail once: ``current`` holds for each session that is set up
/// in the scope of `withValue`. libcrypto's own memory is not part of it.
@safe package struct SessionAllocator: Sendable {
    /// `LIBSSH2_ALLOC_FUNC`; the last argument is the session's and means nothing to an allocator.
    package typealias Allocate =
        @convention(c) (Int, UnsafeMutablePointer<UnsafeMutableRawPointer?>?) ->
        UnsafeMutableRawPointer?
    /// `LIBSSH2_REALLOC_FUNC`.
    package typealias Reallocate =
        @convention(c) (
            UnsafeMutableRawPointer?, Int, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> UnsafeMutableRawPointer?
    /// `LIBSSH2_FREE_FUNC`.
    package typealias Free =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> Void

    let allocate: Allocate
    let reallocate: Reallocate
    let free: Free

    /// The allocator of the sessions that are set up in this scope; `nil` for malloc.
    @TaskLocal package static var current: SessionAllocator?

    /// An allocator made of libssh2's three functions; they may be called from several threads.
    package init(allocate: Allocate, reallocate: Reallocate, free: Free) {
        unsafe self.allocate = allocate
        unsafe self.reallocate = reallocate
        unsafe self.free = free
    }
}
