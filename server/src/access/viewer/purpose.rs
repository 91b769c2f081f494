//! Purposes: why something acts that is not simply a member at work.

use crate::access::named::named;

named! {
    /// Why something acts that is not simply a member at work. Each is as narrow as its name: the policies say what it opens.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Purpose {
        /// Finds out who a session or token belongs to.
        SignIn = "sign_in",
        /// Imports indicator sets.
        Import = "import",
        /// Commands that set up an installation.
        Administration = "administration",
        /// Removes what has expired: drafts, sessions, idempotency keys.
        Expiry = "expiry",
        /// Links the audit trail into a chain, signs how long it is, and verifies it.
        AuditLinking = "audit_linking",
        /// Fills the demonstration network.
        Demonstration = "demonstration",
        /// A member counts what it may not read.
        Count = "count",
        /// A case worker reaches beyond what is assigned to it: it asks for emergency access to a report, or gives one up because
        /// of a conflict of interest.
        BeyondAssignment = "beyond_assignment",
        /// Changes and checks the keys of what is sealed, without reading it.
        KeyKeeping = "key_keeping",
        /// Erases persons and reports whose time has come, without reading them.
        Erasure = "erasure",
        /// A member of the Centre gathers what is held of one person, for an access request.
        Export = "export",
        /// Gives out the places of a session, which others have taken or wait for: a member that takes one or gives one up, or the
        /// service when an offer ended; and reminds those who have one.
        Placement = "placement",
        /// A member takes a test, whose answers are held against the right ones; or the service ends attempts whose time is over.
        Grading = "grading",
        /// A member evaluates a session, and leaves nothing that leads to it.
        Evaluation = "evaluation",
        /// Says whether a certificate is valid, to somebody who is not known.
        Verification = "verification",
        /// A member's calendar programme fetches the member's sessions.
        Calendar = "calendar",
        /// Finds out whom news concern, and tells them, without reading what they are about.
        Notification = "notification",
        /// Sends to webhooks, with their secrets, and sees nothing else.
        Webhook = "webhook",
        /// The service asks what a member may see, in its name, before it tells the member.
        Recipient = "recipient",
        /// Scans files that wait for it, and removes what belongs to nothing.
        AttachmentKeeping = "attachment_keeping",
        /// The service keeps the Centre's deadlines: alone, or with a step of a member that moves a clock.
        Timekeeping = "timekeeping",
        /// Compares blind indexes of persons, and sees nothing else.
        Matching = "matching",
    }
}
