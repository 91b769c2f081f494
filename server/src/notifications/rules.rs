//! Whom news concern, how soon an e-mail tells of them, and what comes after one that could not be sent. Pure: no database, no
//! clock. What somebody may see is not decided here: it is asked in that member's name.

use crate::access::{News, Role, Roles};
use crate::reports::rules::Urgency;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Belgrade;
use entity::notification_preference::Email;
use uuid::Uuid;

/// What has to be known of a report, or of a webhook, to know whom it concerns.
#[derive(Clone, Copy, Debug)]
pub struct Concern {
    /// The organisation that reports.
    pub organisation_id: Uuid,
    /// Membership that wrote the report, or registered the webhook.
    pub author_id: Uuid,
    /// Membership that it is assigned to.
    pub assignee_id: Option<Uuid>,
    /// How urgent it is.
    pub urgency: Urgency,
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

/// Whether news concern a member. Of what is about no report, or about one that is not there, there is nothing to go by but
/// roles.
pub fn concerns(news: News, report: Option<&Concern>, member: &Member) -> bool {
    let intake = member.roles.has(Role::IntakeOfficer);
    let assigned = report.is_some_and(|report| report.assignee_id == Some(member.id));
    let unassigned = report.is_some_and(|report| report.assignee_id.is_none());
    match news {
        News::ReportSubmitted => report.is_some() && intake,
        News::ReportAssigned => assigned,
        News::ReportAnswered => assigned || (unassigned && intake),
        News::InformationRequested | News::NoticeSent | News::StatusChanged => {
            report.is_some_and(|report| reports(report, member))
        }
        News::DeadlineEscalated => assigned || (report.is_some() && member.roles.has(Role::Supervisor)),
        News::DuplicateProposed => assigned || (report.is_some() && intake),
        News::WebhookDisabled => report.is_some_and(|webhook| reports(webhook, member)),
        News::WebhookTested => false,
        News::EmergencyOpened => member.roles.has_any(&[Role::Supervisor, Role::ProtectionOfficer]),
    }
}

/// Whether a member is on the side that reports: the author, and whoever coordinates its organisation.
fn reports(report: &Concern, member: &Member) -> bool {
    let coordinates = member.roles.has(Role::Coordinator) && member.organisation_id == report.organisation_id;
    member.id == report.author_id || coordinates
}

/// Whether the software of the organisation that reports learns of news: of what its members on that side learn.
pub fn concerns_software(news: News) -> bool {
    matches!(news, News::InformationRequested | News::NoticeSent | News::StatusChanged)
}

/// How soon an e-mail goes to a member who wants them so. What is urgent for whoever takes reports in always goes at once: a
/// child does not wait for a summary.
pub fn how_soon(news: News, report: Option<&Concern>, wanted: Email) -> Email {
    let urgent = report.is_some_and(|report| report.urgency != Urgency::Ordinary);
    if news == News::ReportSubmitted && urgent { Email::AtOnce } else { wanted }
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

/// How long to wait after so many attempts: 15 seconds, then four times as long each time, at most an hour.
pub fn pause(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or_default().min(8);
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
