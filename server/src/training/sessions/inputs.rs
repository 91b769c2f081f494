//! What clients send of sessions.

use super::content::Content;
use super::planning::Audience;
use super::types::{SessionKind, SessionMode};
use crate::organisations::OrganisationKind;
use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};

/// A day of a session.
#[derive(InputObject)]
pub(super) struct TrainingDayInput {
    /// When it begins.
    starts_at: DateTime<Utc>,
    /// When it ends.
    ends_at: DateTime<Utc>,
}

/// Places that are kept for one kind of institution, until registration ends.
#[derive(InputObject)]
pub(super) struct KeptPlacesInput {
    /// The kind of institution.
    kind: OrganisationKind,
    /// How many of the session's places are kept for it.
    places: i32,
}

/// Whom a session is for. Where everything is left out, it is for those who are invited.
#[derive(InputObject)]
pub(super) struct AudienceInput {
    /// For everybody.
    #[graphql(default)]
    everyone: bool,
    /// For institutions of these kinds; of every kind where none is named.
    #[graphql(default)]
    kinds: Vec<OrganisationKind>,
    /// For institutions in these districts: codes of the district list; in every district where none is named.
    #[graphql(default)]
    districts: Vec<String>,
    /// And for these institutions, at most 500.
    #[graphql(default)]
    organisation_ids: Vec<ID>,
}

impl From<&AudienceInput> for Audience {
    fn from(input: &AudienceInput) -> Self {
        Self {
            everyone: input.everyone,
            kinds: input.kinds.iter().copied().map(Into::into).collect(),
            districts: input.districts.clone(),
            institutions: input.organisation_ids.iter().map(|id| id.to_string()).collect(),
        }
    }
}

/// What a session says.
#[derive(InputObject)]
pub(super) struct SessionInput {
    /// The accredited programme that it follows; one of your organisation's, valid on the first day.
    programme_id: Option<ID>,
    /// What kind of session it is.
    kind: SessionKind,
    /// Title, as on the invitation.
    title: String,
    /// What it is about, at most 2,000 characters.
    #[graphql(default)]
    topic: String,
    /// Length in hours of teaching.
    hours: i32,
    /// How it is attended.
    mode: SessionMode,
    /// Municipality of the venue; needed unless it is held online.
    municipality: Option<String>,
    /// Name and address of the venue.
    #[graphql(default)]
    venue: String,
    /// Where to go online, as an https address. Only those who have a place read it.
    #[graphql(default, secret)]
    online_address: String,
    /// Language it is held in: a code of ISO 639-1.
    #[graphql(default_with = "String::from(\"sr\")")]
    language: String,
    /// Organisations that help to hold it.
    #[graphql(default)]
    partners: String,
    /// Who pays for it.
    #[graphql(default)]
    donor: String,
    /// Codes of the indicator sets that it teaches.
    #[graphql(default)]
    pub(super) indicator_sets: Vec<String>,
    /// How many places there are, 1 to 2,000.
    capacity: i32,
    /// Whether those who find no place may wait for one.
    #[graphql(default = true)]
    waiting_list: bool,
    /// Whether a trainer approves each registration.
    #[graphql(default)]
    needs_approval: bool,
    /// For how many hours a place that became free is kept for whoever waits first; 0 gives it at once.
    #[graphql(default = 48)]
    offer_hours: i32,
    /// From when one can register.
    registration_opens_at: DateTime<Utc>,
    /// Until when one can register: at the latest when the session begins.
    registration_closes_at: DateTime<Utc>,
    /// Its days, 1 to 30.
    days: Vec<TrainingDayInput>,
    /// Places that are kept for kinds of institution.
    #[graphql(default)]
    kept_places: Vec<KeptPlacesInput>,
    /// How much of it, in percent of its days, one attends for a certificate.
    #[graphql(default = 100)]
    attendance_percent: i32,
    /// Whether a certificate takes a passed test.
    #[graphql(default)]
    certificate_needs_test: bool,
    /// For how many months a certificate is valid; left out where it has no end.
    certificate_months: Option<i32>,
    /// Whom it is for. When a session is changed without it, that stays as it is.
    pub(super) audience: Option<AudienceInput>,
}

impl From<&SessionInput> for Content {
    fn from(input: &SessionInput) -> Self {
        Self {
            programme: input.programme_id.as_ref().map(|id| id.to_string()),
            kind: input.kind.into(),
            title: input.title.clone(),
            topic: input.topic.clone(),
            hours: input.hours,
            mode: input.mode.into(),
            municipality: input.municipality.clone(),
            venue: input.venue.clone(),
            online_address: input.online_address.clone(),
            language: input.language.clone(),
            partners: input.partners.clone(),
            donor: input.donor.clone(),
            indicator_sets: input.indicator_sets.clone(),
            capacity: input.capacity,
            waiting_list: input.waiting_list,
            approval: input.needs_approval,
            offer_hours: input.offer_hours,
            window: (input.registration_opens_at, input.registration_closes_at),
            days: input.days.iter().map(|day| (day.starts_at, day.ends_at)).collect(),
            places: input.kept_places.iter().map(|kept| (kept.kind.into(), kept.places)).collect(),
            attendance_percent: input.attendance_percent,
            certificate_needs_test: input.certificate_needs_test,
            certificate_months: input.certificate_months,
        }
    }
}
