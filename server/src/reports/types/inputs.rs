//! What clients send of a report's content.

use super::{AgeBand, Answer, Sex};
use crate::code_lists::ExploitationForm;
use crate::date::Date;
use crate::indicators::TickInput;
use async_graphql::{ID, InputObject};

/// The content of a report. Whatever is left out is not said: a draft may be empty, and a report needs only one person and
/// either observations or one ticked indicator. Lines have at most 200 characters, texts at most 20,000.
#[derive(InputObject)]
pub struct ReportContentInput {
    /// Function of the person who reports: school counsellor, nurse, inspector.
    pub reporter_function: Option<String>,
    /// How to reach the person who reports.
    #[graphql(secret)]
    pub reporter_contact: Option<String>,
    /// Who told you, where you pass on what another person reports.
    #[graphql(secret)]
    pub on_behalf_of: Option<String>,
    /// Whether the Centre may call the person who reports.
    #[graphql(default)]
    pub may_call_back: bool,
    /// Is someone in danger now? If so, call the police first.
    #[graphql(default_with = "Answer::Unsure")]
    pub danger_now: Answer,
    /// Is the suspected exploiter near?
    #[graphql(default_with = "Answer::Unsure")]
    pub exploiter_near: Answer,
    /// What was seen and heard: a text.
    #[graphql(secret)]
    pub observations: Option<String>,
    /// First day of what was observed.
    pub observed_from: Option<Date>,
    /// Last day of what was observed.
    pub observed_until: Option<Date>,
    /// Where it was observed: a code of the municipality list.
    pub municipality: Option<String>,
    /// Where it was observed, in words.
    #[graphql(secret)]
    pub place: Option<String>,
    /// Suspected forms of exploitation.
    #[graphql(default)]
    pub suspected_forms: Vec<ExploitationForm>,
    /// Where the exploitation is suspected, in words.
    #[graphql(secret)]
    pub exploitation_place: Option<String>,
    /// What was already done, and who was told: a text.
    #[graphql(secret)]
    pub actions_taken: Option<String>,
    /// Does the person know of the report?
    #[graphql(default_with = "Answer::Unsure")]
    pub person_knows: Answer,
    /// The persons it is about, at most 50.
    #[graphql(default, secret)]
    pub persons: Vec<PersonInput>,
}

/// A person whom a report is about.
#[derive(InputObject)]
pub struct PersonInput {
    /// The person of this draft that this is. Left out: a person that the draft does not have yet.
    pub id: Option<ID>,
    /// A name to speak of the person without naming it.
    pub pseudonym: Option<String>,
    /// Estimated age.
    pub age_band: Option<AgeBand>,
    /// Year of birth, where known: 1900 to this year.
    pub birth_year: Option<i32>,
    /// Is the person a child? Unsure means: it is treated as one.
    #[graphql(default_with = "Answer::Unsure")]
    pub child: Answer,
    /// Sex.
    #[graphql(default_with = "Sex::Unknown")]
    pub sex: Sex,
    /// Citizenship: a two-letter code of ISO 3166-1.
    pub citizenship: Option<String>,
    /// A language that the person speaks: a BCP 47 tag such as `sr`, `rom` or `ar`.
    pub language: Option<String>,
    /// Disability or communication need.
    pub communication_need: Option<String>,
    /// Who the guardian is, as far as known.
    pub guardian: Option<String>,
    /// May the guardian be involved in the exploitation?
    #[graphql(default_with = "Answer::Unsure")]
    pub guardian_may_be_involved: Answer,
    /// How to reach the person without putting it in danger.
    pub safe_contact: Option<SafeContactInput>,
    /// Who the person is. Never needed.
    #[graphql(secret)]
    pub identity: Option<IdentityInput>,
    /// Indicators that apply to the person, at most 300.
    #[graphql(default)]
    pub indicators: Vec<TickInput>,
}

/// How to reach a person without putting it in danger.
#[derive(InputObject)]
pub struct SafeContactInput {
    /// By which channel.
    pub channel: Option<String>,
    /// At what time.
    pub time: Option<String>,
    /// Who else may pick up, listen or read.
    pub caution: Option<String>,
}

/// Who a person is. It is kept apart, and every reading of it is written down.
#[derive(InputObject)]
pub struct IdentityInput {
    /// Names.
    #[graphql(secret)]
    pub names: Option<String>,
    /// Personal number, or number of a travel document.
    #[graphql(secret)]
    pub personal_number: Option<String>,
    /// Date of birth.
    #[graphql(secret)]
    pub birth_date: Option<Date>,
    /// Telephone.
    #[graphql(secret)]
    pub phone: Option<String>,
    /// Address.
    #[graphql(secret)]
    pub address: Option<String>,
}
