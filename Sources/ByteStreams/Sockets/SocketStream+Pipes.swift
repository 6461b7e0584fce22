internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension SocketStream {
    /// Talks over two descriptors of pipes, sockets or terminals, such as a process's own input and
    /// output.
    ///
    /// - Parameters:
    ///   - input: Is read. It is the stream's from here on, and closed by it, also by an error.
    ///   - output: Is written to; as `input`.
    /// - Returns: The stream.
    /// - Throws: ``SocketError`` when one of them is a file, which cannot be waited for, or none.
    @concurrent
    public static func over(input: CInt, output: CInt) async throws -> SocketStream {
        let inbox = SocketInbox()
        do {
            let channel = try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.allowRemoteHalfClosure, value: true)
                .channelOption(.maxMessagesPerRead, value: 4)
                .channelOption(.recvAllocator, value: readSizes)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(inbox)
                    }
                }
                .takingOwnershipOfDescriptors(input: input, output: output).get()
            return SocketStream(channel: channel, inbox: inbox)
        } catch {
            // NIO leaves them open.
            closeDescriptor(input)
            closeDescriptor(output)
            throw SocketError(error, listeningAt: "the descriptors \(input) and \(output)")
        }
    }
}

/// In a stream, `close` is the stream's.
private func closeDescriptor(_ descriptor: CInt) {
    close(descriptor)
}
