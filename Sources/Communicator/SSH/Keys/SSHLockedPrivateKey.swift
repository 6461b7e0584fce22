internal import Communicator

/// A private key that is locked with a passphrase which is not known yet.
///
/// Use it to find out early whether a passphrase is needed, and to try one after the other.
public struct SSHLockedPrivateKey: Sendable, CustomStringConvertible,
    CustomDebugStringConvertible
{
    private let text: [UInt8]
    /// Where it came from, for messages; usually the path of its file.
    public let name: String

    /// The key of a file that is locked, or `nil` when it is not locked.
    ///
    /// All that can be checked without the passphrase is checked: the format, and in OpenSSH's
    /// format the public half too.
    ///
    /// - Parameters:
    ///   - pem: The file's content, `-----BEGIN ...` and all.
    ///   - name: Where it came from, for messages.
    /// - Throws: `CommunicatorError` with code `.invalidConfiguration`, as for
    ///   ``SSHPrivateKey/init(pem:name:passphrase:)``.
    public init?(pem: [UInt8], name: String) throws {
        do {
            _ = try PrivateKeyReader(pem, passphrase: nil).read()
            return nil
        } catch .locked {
            text = pem
            self.name = name
        } catch {
            throw error.inFile(name)
        }
    }

    /// The key, unlocked.
    ///
    /// Takes the time that the key's maker wanted it to take, some 0.1 s; it is not interrupted by
    /// cancellation.
    ///
    /// - Parameter passphrase: What it may be locked with.
    /// - Returns: The key, or `nil` when this is not its passphrase.
    /// - Throws: `CommunicatorError` with code `.invalidConfiguration` when what was locked is no
    ///   private key that can log in here.
    @concurrent
    public func unlocked(with passphrase: String) async throws -> SSHPrivateKey? {
        do {
            let pair = try PrivateKeyReader(text, passphrase: passphrase).read()
            return SSHPrivateKey(pair, name: name)
        } catch .wrongPassphrase, .locked {
            return nil
        } catch {
            throw error.inFile(name)
        }
    }

    /// Whether the two are the same key in the same file's words, whatever its name.
    public func isSameKey(as other: SSHLockedPrivateKey) -> Bool { text == other.text }

    /// The name; the key is no part of it.
    public var description: String { name }
    /// The name; the key is no part of it.
    public var debugDescription: String { name }
}
