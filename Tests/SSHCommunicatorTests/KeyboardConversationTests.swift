import Testing

@testable import SSHCommunicator

@Suite struct KeyboardConversationTests {
    @Test(arguments: [
        "Password: ", "(me@host) Password:", "Enter your PASSPHRASE",
        "Password for newton@exchange:", "(renew@host) Password: ",
    ])
    func `answers what asks for the password`(question: String) {
        let conversation = KeyboardConversation(password: "secret")
        #expect(conversation.answer(to: question) == Array("secret".utf8))
        #expect(conversation.unanswered.isEmpty)
    }

    @Test(arguments: [
        "Verification code: ", "", "New password: ", "Retype new password: ",
        "Enter new password for me: ", "New password again:",
    ])
    func `tells nobody else the password`(question: String) {
        let conversation = KeyboardConversation(password: "secret")
        #expect(conversation.answer(to: question).isEmpty)
        #expect(conversation.unanswered == [question])
    }
}
