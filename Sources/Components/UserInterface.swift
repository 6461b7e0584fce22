public import Communicator

/// What a component says to the person who runs the build; Packer's Ui.
///
/// Calls from one task appear in their order. Text is shown with control characters made harmless;
/// secrets are taken out by the implementation.
public protocol UserInterface: Sendable {
    /// Says something new: what begins, or a line of a command's standard output.
    func say(_ text: String) async

    /// Says something more about what goes on.
    func message(_ text: String) async

    /// Says what went wrong, or a line of a command's standard error.
    func error(_ text: String) async

    /// Says something to machines only.
    func machine(_ type: String, _ data: [String]) async

    /// Shows how far a transfer is; quick, never blocks, may drop reports.
    func report(_ progress: TransferProgress)
}
