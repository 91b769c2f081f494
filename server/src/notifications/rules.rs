//! Whom news concern, how soon an e-mail tells of them, and what comes after one that could not be sent. Pure: no database, no
//! clock. What somebody may see is not decided here: it is asked in that member's name.

use crate::access::{News, Role, Roles};
use crate::reports::rules::Urgency;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Belgrade;
use entity::notification_preference::Email;
use uuid::Uuid;

/// What has to be known of what news are about, to know whom they concern.
#[derive(Clone, Debug)]
pub enum Concern {
    /// A report.
    Report {
        /// The organisation that reports.
        organisation_id: Uuid,
        /// Membership that wrote it.
        author_id: Uuid,
        /// Membership that it is assigned to.
        assignee_id: Option<Uuid>,
        /// How urgent it is.
        urgency: Urgency,
    },
    /// A webhook.
    Webhook {
        /// The organisation whose software it tells.
        organisation_id: Uuid,
        /// Membership that registered it.
        registered_by_id: Uuid,
    },
    /// A registration, or all those for a session.
    Participants(Vec<Participant>),
}

/// Somebody who takes part in a session, or wants to.
#[derive(Clone, Copy, Debug)]
pub struct Participant {
    /// Its membership, or that of whoever registered somebody without one.
    pub membership_id: Uuid,
    /// Whether it is the participant's own.
    pub itself: bool,
    /// Whether it has a place.
    pub has_place: bool,
}

impl Concern {
    /// Memberships that it names.
    pub fn named(&self) -> Vec<Uuid> {
        match self {
            Self::Report { author_id, assignee_id, .. } => assignee_id.iter().chain([author_id]).copied().collect(),
            Self::Webhook { registered_by_id, .. } => vec![*registered_by_id],
            Self::Participants(all) => all.iter().map(|participant| participant.membership_id).collect(),
        }
    }

    /// The organisation whose coordinators and software it may concern.
    pub fn organisation(&self) -> Option<Uuid> {
        match self {
            Self::Report { organisation_id, .. } | Self::Webhook { organisation_id, .. } => Some(*organisation_id),
            Self::Participants(_) => None,
        }
    }

    /// Whether a member is on the side that reports: the author, and whoever coordinates its organisation. Likewise of a webhook.
    fn is_of(&self, member: &Member) -> bool {
        let coordinates = member.roles.has(Role::Coordinator) && self.organisation() == Some(member.organisation_id);
        let wrote = match self {
            Self::Report { author_id: one, .. } | Self::Webhook { registered_by_id: one, .. } => *one == member.id,
            Self::Participants(_) => false,
        };
        wrote || coordinates
    }

    /// Whether a member is among those of the participants for whom this is true.
    fn has_participant(&self, member: &Member, is_meant: fn(&Participant) -> bool) -> bool {
        let Self::Participants(all) = self else { return false };
        all.iter().any(|participant| participant.membership_id == member.id && is_meant(participant))
    }
}

/// A member as far as news are concerned.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The membership.
    pub id: Uuid,
    /// Its organisation.
    pub organisation_id: Uuid,
    /// Its roles.
    pub roles: Roles,
}

/// Whether news concern a member. Of what is not there any more, there is nothing to go by but roles.
pub fn concerns(news: News, about: Option<&Concern>, member: &Member) -> bool {
    if matches!(news, News::EmergencyOpened | News::ReviewOverdue) {
        return member.roles.has_any(&[Role::Supervisor, Role::ProtectionOfficer]);
    }
    let Some(about) = about else { return false };
    let intake = member.roles.has(Role::IntakeOfficer);
    let assignee = match about {
        Concern::Report { assignee_id, .. } => *assignee_id,
        Concern::Webhook { .. } | Concern::Participants(_) => None,
    };
    let assigned = assignee == Some(member.id);
    match news {
        News::ReportSubmitted => intake,
        News::ReportAssigned => assigned,
        News::ReportAnswered => assigned || (assignee.is_none() && intake),
        News::InformationRequested | News::NoticeSent | News::StatusChanged | News::WebhookDisabled => {
            about.is_of(member)
        }
        News::DuplicateProposed => assigned || intake,
        News::DeadlineEscalated => assigned || member.roles.has(Role::Supervisor),
        News::PlaceOffered | News::RegistrationDecided | News::SessionChanged => {
            about.has_participant(member, |_| true)
        }
        News::SessionSoon => about.has_participant(member, |participant| participant.has_place),
        News::EvaluationOpened | News::EvaluationAwaited | News::TestAwaited => {
            about.has_participant(member, |participant| participant.itself && participant.has_place)
        }
        News::WebhookTested | News::EmergencyOpened | News::ReviewOverdue => false,
    }
}

/// Whether the software of the organisation that reports learns of news: of what its members on that side learn.
pub fn concerns_software(news: News) -> bool {
    matches!(news, News::InformationRequested | News::NoticeSent | News::StatusChanged)
}

/// How soon an e-mail goes to a member who wants them so. What is urgent for whoever takes reports in always goes at once: a
/// child does not wait for a summary.
///
/// A place that is kept for some hours does not wait either, but for those who want no e-mail.
pub fn how_soon(news: News, about: Option<&Concern>, wanted: Email) -> Email {
    let urgent = matches!(about, Some(Concern::Report { urgency, .. }) if *urgency != Urgency::Ordinary);
    match (news, wanted) {
        (News::ReportSubmitted, _) if urgent => Email::AtOnce,
        (News::PlaceOffered, Email::Daily) => Email::AtOnce,
        _ => wanted,
    }
}

/// The next instant at which a day's summary is due: at this hour on the wall in Serbia. Where the clocks skip that hour, an
/// hour later.
pub fn next_summary(now: DateTime<Utc>, hour: u32) -> DateTime<Utc> {
    let today = now.with_timezone(&Belgrade).date_naive();
    let days = (0..3).filter_map(|days| today.checked_add_days(chrono::Days::new(days)));
    days.map(|day| at_hour(day, hour)).find(|instant| *instant > now).unwrap_or(now + TimeDelta::days(1))
}

fn at_hour(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    let wall = day.and_hms_opt(hour.min(23), 0, 0).unwrap_or_default();
    let there = |wall: chrono::NaiveDateTime| wall.and_local_timezone(Belgrade).earliest();
    there(wall).or_else(|| there(wall + TimeDelta::hours(1))).map_or_else(|| wall.and_utc(), |instant| instant.to_utc())
}

/// Why something could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The receiver says that there is no such recipient, and will say so again.
    NoSuchRecipient,
    /// Anything else: it may be mended, on whichever side.
    Other,
}

/// After so many attempts pauses grow no longer.
pub const PAUSES: i32 = 5;

/// How long to wait after so many attempts: 15 seconds, then four times as long each time, at most an hour.
pub fn pause(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.min(PAUSES).saturating_sub(1)).unwrap_or_default();
    TimeDelta::seconds(15 * 4_i64.pow(doublings)).min(TimeDelta::hours(1))
}

/// When to try again after so many attempts at something that waits since `since`; nothing where it is to be given up.
pub fn again(
    failure: Failure,
    attempts: i32,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    longest: TimeDelta,
) -> Option<DateTime<Utc>> {
    let next = now + pause(attempts);
    (failure == Failure::Other && next - since <= longest).then_some(next)
}

#[cfg(test)]
mod tests;
