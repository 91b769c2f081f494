//! What the Centre sees of possible duplicates.

use super::rules::{self, Reason};
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::organisations::Membership;
use crate::reports::{Person, note_read};
use crate::text::Text;
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use entity::possible_duplicate::{self, Model};

/// What two persons agree in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Reason")]
pub enum DuplicateReason {
    /// Personal number, or number of a travel document.
    PersonalNumber,
    /// Words of the name, in whatever script, order and case, with or without diacritics.
    Name,
    /// A word of the name and a short form that stands for it.
    ShortForm,
    /// Words of the name but for a letter that is another, missing or in another place.
    SimilarName,
    /// Telephone.
    Telephone,
    /// Date of birth.
    BirthDate,
    /// Year of birth, or one beside it.
    BirthYear,
    /// Age band, where the year of birth is not known of both.
    Age,
    /// Sex.
    Sex,
    /// Municipality of the reports.
    Municipality,
}

/// How much speaks for a possible duplicate. It is no probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "possible_duplicate::Strength")]
pub enum DuplicateStrength {
    /// Enough to look.
    Moderate,
    /// Much.
    Strong,
}

/// What became of a possible duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "possible_duplicate::State")]
pub enum DuplicateState {
    /// Nobody has decided.
    Open,
    /// The Centre said that they are not the same.
    Dismissed,
    /// The Centre joined the reports.
    Joined,
}

/// That persons of two reports may be the same. It is for the Centre, where it sees both reports: no organisation learns that
/// another has reported. Nothing is joined because of it: `joinReport` does that.
pub struct PossibleDuplicate(pub(super) Model);

/// That persons of two reports may be the same. It is for the Centre, where it sees both reports: no organisation learns that
/// another has reported. Nothing is joined because of it: `joinReport` does that.
#[Object]
impl PossibleDuplicate {
    /// Opaque id.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::PossibleDuplicate, self.0.id).into()
    }

    /// The person in the report that was submitted later.
    async fn person(&self, context: &Context<'_>) -> Result<Option<Person>, Fault> {
        Person::load(context, self.0.person_id).await
    }

    /// The person in the report that was submitted earlier.
    async fn earlier_person(&self, context: &Context<'_>) -> Result<Option<Person>, Fault> {
        Person::load(context, self.0.other_person_id).await
    }

    /// What they agree in.
    async fn reasons(&self, context: &Context<'_>) -> Result<Vec<DuplicateReason>, Fault> {
        self.note_read(context)?;
        Ok(Reason::of_column(&self.0.reasons).into_iter().map(Into::into).collect())
    }

    /// How much speaks for it.
    async fn strength(&self) -> DuplicateStrength {
        self.0.strength.into()
    }

    /// When it was proposed.
    async fn proposed_at(&self) -> DateTime<Utc> {
        self.0.proposed_at
    }

    /// What became of it.
    async fn state(&self) -> DuplicateState {
        self.0.state.into()
    }

    /// When that was decided; null while it is open.
    async fn resolved_at(&self) -> Option<DateTime<Utc>> {
        self.0.resolved_at
    }

    /// Who decided it; null while it is open.
    async fn resolved_by(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.resolved_by_id {
            Some(key) => Membership::load(context, key).await,
            None => Ok(None),
        }
    }

    /// Why it was dismissed; null where it was not.
    async fn reason(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        let reason = Text::written(&self.0.resolve_reason);
        if reason.is_some() {
            self.note_read(context)?;
        }
        Ok(reason)
    }
}

impl PossibleDuplicate {
    /// What persons agree in is content of both reports.
    fn note_read(&self, context: &Context<'_>) -> Result<(), Fault> {
        note_read(context, self.0.report_id)?;
        note_read(context, self.0.other_report_id)
    }
}
