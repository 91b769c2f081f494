//! The audit trail: who did what to which object, for which organisation, in which request, and why.

use super::Viewer;
use super::named::named;
use crate::ids::{self, ObjectType};
use async_graphql::Enum;
use chrono::{DateTime, Utc};
use entity::audit_event;
use uuid::Uuid;

named! {
    /// What can be done that leaves a row in the audit trail.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enum)]
    #[graphql(name = "AuditAction")]
    pub enum Action {
        /// Someone signed in.
        SignedIn = "session.signed_in",
        /// Someone signed out.
        SignedOut = "session.signed_out",
        /// Someone whom the issuer vouched for has no membership here, or the sign-in broke a rule.
        SignInRefused = "session.refused",
        /// The demonstration's issuer has another address, and an account of the demonstration follows it.
        IssuerMoved = "account.issuer_moved",
        /// Someone chose the membership to act in.
        ActingChosen = "session.acting_chosen",
        /// An organisation was registered.
        OrganisationRegistered = "organisation.registered",
        /// An organisation was suspended.
        OrganisationSuspended = "organisation.suspended",
        /// A suspended organisation was taken back.
        OrganisationReinstated = "organisation.reinstated",
        /// Someone was invited, or software connected.
        MemberInvited = "membership.invited",
        /// An invited person or software signed in for the first time.
        MembershipTakenUp = "membership.taken_up",
        /// The roles of a membership changed.
        RolesChanged = "membership.roles_changed",
        /// A membership was ended.
        MembershipEnded = "membership.ended",
        /// A version of an indicator set was imported.
        IndicatorsImported = "indicator_set.imported",
        /// A draft was begun.
        DraftCreated = "report.draft_created",
        /// A draft was changed.
        DraftUpdated = "report.draft_updated",
        /// A draft was thrown away by its author.
        DraftDiscarded = "report.draft_discarded",
        /// A draft was removed because nobody touched it for 28 days.
        DraftExpired = "report.draft_expired",
        /// A report was submitted.
        ReportSubmitted = "report.submitted",
        /// Content of a report was read.
        ReportRead = "report.read",
        /// A partner added information.
        InformationAdded = "report.information_added",
        /// A file was announced for a report.
        AttachmentAnnounced = "report.attachment_announced",
        /// An announced file arrived.
        AttachmentReceived = "report.attachment_received",
        /// A file was downloaded.
        AttachmentRead = "report.attachment_read",
        /// A file was removed before it was handed in.
        AttachmentRemoved = "report.attachment_removed",
        /// An announced file never came.
        AttachmentLapsed = "report.attachment_lapsed",
        /// The scanner found nothing in a file.
        AttachmentFoundClean = "report.attachment_found_clean",
        /// The scanner found something in a file.
        AttachmentFoundInfected = "report.attachment_found_infected",
        /// Messages on a report were marked as read.
        MessagesRead = "report.messages_read",
        /// A partner asked to withdraw a report.
        WithdrawalRequested = "report.withdrawal_requested",
        /// A report was assigned.
        ReportAssigned = "report.assigned",
        /// The partner was asked for information.
        InformationRequested = "report.information_requested",
        /// The partner answered.
        InformationAnswered = "report.information_answered",
        /// The Centre told the partner something.
        NoticeSent = "report.notice_sent",
        /// A report was accepted into cases.
        ReportAccepted = "report.accepted",
        /// A report was joined to another.
        ReportJoined = "report.joined",
        /// Joining was undone.
        JoinUndone = "report.join_undone",
        /// A report was passed to another authority.
        ReportPassedOn = "report.passed_on",
        /// A report was closed.
        ReportClosed = "report.closed",
        /// A report was reopened.
        ReportReopened = "report.reopened",
        /// The Centre said how urgent a report is.
        UrgencyChanged = "report.urgency_changed",
        /// A deadline of the Centre was seen to be overdue.
        DeadlineMissed = "report.deadline_missed",
        /// A deadline of the Centre that was overdue escalated.
        DeadlineEscalated = "report.deadline_escalated",
        /// Deadlines of a report were kept anew by other rules.
        DeadlinesRenewed = "report.deadlines_renewed",
        /// A possible duplicate of a report was proposed.
        DuplicateProposed = "report.duplicate_proposed",
        /// A possible duplicate of a report was found to be none.
        DuplicateDismissed = "report.duplicate_dismissed",
        /// That a possible duplicate is none was taken back.
        DuplicateReopened = "report.duplicate_reopened",
        /// An internal note was written.
        NoteAdded = "report.note_added",
        /// A case was opened.
        CaseOpened = "case.opened",
        /// A case lost its ground because its report was reopened.
        CaseVoided = "case.voided",
        /// A case was given to another member, with its report.
        CaseAssigned = "case.assigned",
        /// The Centre decided on formal identification.
        IdentificationDecided = "case.identification_decided",
        /// An identity was read by the one who wrote it.
        IdentityRead = "identity.read",
        /// An identity was opened by the Centre, with a reason.
        IdentityOpened = "identity.opened",
        /// A case worker opened a report that is not assigned to it, with a reason.
        EmergencyOpened = "identity.opened_in_emergency",
        /// A case worker asked for emergency access and named no report that exists for it.
        EmergencyRefused = "identity.emergency_refused",
        /// An opening was ended early by whoever it was for.
        OpeningClosed = "identity.opening_closed",
        /// Why an identity or a report was opened, and what a review found, was read.
        OpeningRead = "identity.opening_read",
        /// The protection officer reviewed an opening.
        OpeningReviewed = "identity.opening_reviewed",
        /// Nobody reviewed an opened identity or emergency access in time.
        ReviewMissed = "identity.review_missed",
        /// A member was barred from a report.
        MemberBarred = "report.member_barred",
        /// A member declared a conflict of interest, and is barred from a report.
        ConflictDeclared = "report.conflict_declared",
        /// A bar was lifted.
        BarLifted = "report.bar_lifted",
        /// The demonstration network was written into an empty database.
        DemonstrationFilled = "demonstration.filled",
        /// An organisation got a new key.
        KeyRotated = "organisation.key_rotated",
        /// The key of an organisation was wrapped with another master key.
        KeyRewrapped = "organisation.key_rewrapped",
        /// A key of an organisation that was no longer in use was destroyed.
        KeyDestroyed = "organisation.key_destroyed",
        /// The service proposed to erase a person whose retention period had ended.
        ErasureProposed = "person.erasure_proposed",
        /// Somebody asked for a person to be erased.
        ErasureRequested = "person.erasure_requested",
        /// An erasure was held back.
        ErasureHeld = "person.erasure_held",
        /// An erasure that was held back was let go.
        ErasureReleased = "person.erasure_released",
        /// A proposed erasure was dropped, because its ground had gone.
        ErasureDropped = "person.erasure_dropped",
        /// A person was erased: its key is destroyed.
        PersonErased = "person.erased",
        /// The texts of a report were erased: all its persons are, and its key is destroyed.
        ReportErased = "report.erased",
        /// What is held of a person was gathered for an access request.
        PersonExported = "person.exported",
        /// A programme was registered.
        ProgrammeRegistered = "programme.registered",
        /// A programme was withdrawn, and with it its certificates.
        ProgrammeWithdrawn = "programme.withdrawn",
        /// A session was planned.
        SessionPlanned = "training_session.planned",
        /// What a session says was changed.
        SessionChanged = "training_session.changed",
        /// It was said who trains.
        TrainersNamed = "training_session.trainers_named",
        /// Institutions were invited to a session.
        InstitutionsInvited = "training_session.institutions_invited",
        /// A session was published.
        SessionOpened = "training_session.opened",
        /// Registration for a session was ended.
        SessionClosed = "training_session.closed",
        /// A session took place.
        SessionHeld = "training_session.held",
        /// Attendance and results of a session became final.
        SessionCompleted = "training_session.completed",
        /// A session was called off.
        SessionCancelled = "training_session.cancelled",
        /// The service reminded those who take part in a session.
        SessionReminded = "training_session.reminded",
        /// Somebody was registered for a session.
        Registered = "registration.made",
        /// A trainer approved a registration.
        RegistrationApproved = "registration.approved",
        /// A trainer declined a registration.
        RegistrationDeclined = "registration.declined",
        /// A registration was given up.
        RegistrationWithdrawn = "registration.withdrawn",
        /// Somebody whom a trainer had added by name is a member, who says so.
        RegistrationTakenOver = "registration.taken_over",
        /// A place that became free was offered, or given, to whoever waited first.
        PlaceOffered = "registration.place_offered",
        /// An offered place was taken.
        OfferAccepted = "registration.offer_accepted",
        /// An offer ended without an answer.
        OfferLapsed = "registration.offer_lapsed",
        /// A place went to a colleague.
        PlaceTransferred = "registration.place_transferred",
        /// It was said what a participant needs.
        NeedsChanged = "registration.needs_changed",
        /// What a participant needs was read.
        NeedsRead = "registration.needs_read",
        /// Attendance of participants was written down.
        AttendanceRecorded = "training_session.attendance_recorded",
        /// A participant came in by the code in the room.
        Attended = "registration.attended",
        /// A session that took place earlier was added from a list, with its participants.
        SessionImported = "training_session.imported",
        /// Participants of a session were added from a list.
        ParticipantsImported = "training_session.participants_imported",
        /// A question was written into the bank, or a new version of one.
        QuestionWritten = "question.written",
        /// A question was retired.
        QuestionRetired = "question.retired",
        /// The test of a session was set.
        TestSet = "test.set",
        /// A participant began a test.
        TestStarted = "test_attempt.started",
        /// Answers of a test under way were saved.
        AnswersSaved = "test_attempt.saved",
        /// A test was submitted.
        TestSubmitted = "test_attempt.submitted",
        /// The time of a test was over before it was submitted.
        TestTimedOut = "test_attempt.timed_out",
        /// A trainer graded a free answer.
        AnswerGraded = "test_attempt.graded",
        /// A trainer entered the result of a test on paper.
        TestResultRecorded = "test_attempt.recorded",
        /// A trainer read what a participant answered.
        AnswersRead = "test_attempt.answers_read",
        /// It was said until when a session can be evaluated.
        EvaluationOpened = "training_session.evaluation_opened",
        /// The evaluation of a session was ended early.
        EvaluationClosed = "training_session.evaluation_closed",
        /// A participant evaluated a session; what it said of it, nothing leads to.
        SessionEvaluated = "training_session.evaluated",
        /// Certificates of a session were issued.
        CertificatesIssued = "training_session.certificates_issued",
        /// A certificate was issued in the place of another.
        CertificateIssued = "certificate.issued",
        /// A certificate was revoked.
        CertificateRevoked = "certificate.revoked",
        /// A certificate was replaced by another.
        CertificateReplaced = "certificate.replaced",
        /// A certificate was fetched as a file.
        CertificatePrinted = "certificate.printed",
        /// The certificates of a session were fetched as a file.
        CertificatesPrinted = "training_session.certificates_printed",
        /// A member made an address for its calendar programme, or a new one in the place of another.
        CalendarFeedRenewed = "calendar_feed.renewed",
        /// A member took back the address for its calendar programme.
        CalendarFeedRevoked = "calendar_feed.revoked",
        /// A material was published for participants.
        MaterialPublished = "material.published",
        /// A newer version of a material was published.
        MaterialReplaced = "material.replaced",
        /// A material was taken back.
        MaterialWithdrawn = "material.withdrawn",
        /// It was written down that printed material was given out.
        PrintedMaterialGiven = "printed_material.given",
        /// An entry about printed material was removed.
        PrintedMaterialRemoved = "printed_material.removed",
        /// A webhook was registered.
        WebhookRegistered = "webhook.registered",
        /// A webhook got a new secret.
        WebhookSecretRotated = "webhook.secret_rotated",
        /// A webhook was disabled.
        WebhookDisabled = "webhook.disabled",
        /// A disabled webhook was taken into use again.
        WebhookEnabled = "webhook.enabled",
        /// A webhook was tried.
        WebhookTested = "webhook.tested",
        /// A member marked notifications as read.
        NotificationsRead = "membership.notifications_read",
        /// A member said how it wants to be told of news.
        NotificationPreferencesChanged = "membership.notification_preferences_changed",
        /// Coverage was fetched as a file.
        CoverageExported = "coverage.exported",
        /// The participants of a session were fetched as a file.
        ParticipantsExported = "training_session.participants_exported",
        /// The audit trail was read.
        AuditTrailRead = "audit_trail.read",
    }
}

impl Action {
    /// The action with this name in the database.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == name)
    }
}

/// An action with the reason that was given for it.
#[derive(Clone, Debug)]
pub struct Act {
    pub(super) action: Action,
    pub(super) reason: Option<String>,
}

impl Act {
    /// An action and its reason.
    pub fn because(action: Action, reason: impl Into<String>) -> Self {
        Self { action, reason: Some(reason.into()) }
    }

    /// The reason that was given.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

impl From<Action> for Act {
    fn from(action: Action) -> Self {
        Self { action, reason: None }
    }
}

/// The row that an act leaves.
pub(super) fn row(
    viewer: &Viewer,
    request_id: Uuid,
    now: DateTime<Utc>,
    act: Act,
    object_type: ObjectType,
    object_id: Uuid,
) -> audit_event::Model {
    audit_event::Model {
        id: ids::new_key(now),
        occurred_at: now,
        organisation_id: viewer.membership().map(|membership| membership.organisation_id),
        account_id: viewer.account_id(),
        membership_id: viewer.membership().map(|membership| membership.id),
        action: act.action.as_str().to_owned(),
        object_type: object_type.as_str().to_owned(),
        object_id: (!object_id.is_nil()).then_some(object_id),
        request_id,
        reason: act.reason,
    }
}

#[cfg(test)]
mod tests;
