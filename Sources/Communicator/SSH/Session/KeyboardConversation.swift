internal import CLibSSH2

/// The questions of keyboard-interactive (RFC 4256), answered where a password is asked for.
///
/// Confined to the session's actor.
final class KeyboardConversation {
    private let password: String
    /// The questions that were left unanswered.
    private(set) var unanswered: [String] = []
    /// Whether the server asked for another password in the place of this one.
    private(set) var wantsNewPassword = false

    init(password: String) { self.password = password }

    /// The answer to a question; empty when it is not for the password.
    func answer(to question: String) -> [UInt8] {
        // Whom and which host it is for says nothing: "Password for newton@exchange:".
        let text = question.lowercased().split(separator: " for ").first ?? ""
        let isForNew = text.split { !$0.isLetter }
            .contains { ["new", "retype", "again", "change"].contains($0) }
        if text.contains("pass"), !isForNew { return Array(password.utf8) }
        if text.contains("pass"), isForNew { wantsNewPassword = true }
        if unanswered.count < 10 { unanswered.append(question) }
        return []
    }
}

/// `LIBSSH2_USERAUTH_KBDINT_RESPONSE_FUNC`; the last argument is the session's own.
func answerQuestions(
    _: UnsafePointer<CChar>?,
    _: Int32,
    _: UnsafePointer<CChar>?,
    _: Int32,
    count: Int32,
    questions: UnsafePointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>?,
    answers: UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?,
    context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) {
    guard count > 0, let pointer = unsafe context?.pointee, let questions = unsafe questions,
        let answers = unsafe answers
    else { return }
    let wire = unsafe Unmanaged<Wire>.fromOpaque(pointer).takeUnretainedValue()
    for index in 0..<Int(count) {
        let text = unsafe UnsafeRawBufferPointer(
            start: UnsafeRawPointer(questions[index].text),
            count: Int(clamping: questions[index].length)
        )
        let answer =
            unsafe wire.conversation?
            .answer(to: String(decoding: text, as: UTF8.self)) ?? []
        // libssh2 frees what it is given.
        guard let copy = unsafe wire.copyForLibSSH2(answer) else { continue }
        unsafe answers[index].text = UnsafeMutableRawPointer(copy)
            .assumingMemoryBound(to: CChar.self)
        unsafe answers[index].length = UInt32(clamping: answer.count)
    }
}
