import Testing

@testable import SSHCommunicator

@Suite struct KeyboardConversationTests {
    @Test(arguments: ["Password: ", "(me@host) Password:", "Enter your PASSPHRASE"])
    func `answers what asks for the password`(question: String) {
        let conversation = KeyboardConversation(password: "secret")
        #expect(conversation.answer(to: question) == Array("secret".utf8))
        #expect(conversation.unanswered.isEmpty)
    }

    @Test(arguments: ["Verification code: ", "", "New password: ", "Retype new password: "])
    func `tells nobody else the password`(question: String) {
        let conversation = KeyboardConversation(password: "secret")
        #expect(conversation.answer(to: question).isEmpty)
        #expect(conversation.unanswered == [question])
    }
}
