//! Blind indexes: what persons are known by is kept as keyed digests, so that it can be compared and not read. They are
//! written with what they are of; whoever writes them reads none.

use super::sealing::{index_key, nobodys_digest};
use super::{Error, Purpose, Result, Write};
use crate::ids;
use entity::match_key::{Entity, Kind, Model};
use entity::match_subject;

/// Something that a person is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Known<T> {
    /// What it is.
    pub kind: Kind,
    /// Which word of the name, from 0; 0 for everything else.
    pub part: i16,
    /// The thing itself.
    pub what: T,
}

/// What a digest is for. A word on the list of names is compared with one that is not, so both kinds have one.
fn usage(kind: Kind) -> &'static str {
    match kind {
        Kind::Name => "name",
        Kind::FullName => "full name",
        Kind::NearKnown | Kind::NearOther => "near",
        Kind::Telephone => "telephone",
        Kind::PersonalNumber => "personal number",
        Kind::BirthDate => "birth date",
    }
}

impl Write {
    /// Adds a person of a report that is submitted to those who are compared, by what it is known by. Where there is nothing, as
    /// many bytes at random stand, so that how much there is does not show.
    ///
    /// Where the key of the indexes is damaged the same stand for everything: the report is taken, and its persons are compared with
    /// nobody. The log names it.
    pub async fn index(&self, subject: match_subject::Model, known: Vec<Known<Option<String>>>) -> Result<()> {
        let key = match index_key(self).await {
            Err(Error::Sealed(what)) => {
                self.note_unreadable(format!(
                    "{what}. Persons of report {} are compared with nobody",
                    subject.report_id
                ));
                None
            }
            key => Some(key?),
        };
        let digest = |kind, what: String| Some(key.as_ref()?.digest(usage(kind), &what));
        let row = |known: Known<Option<String>>| Model {
            id: ids::new_random_key(),
            organisation_id: subject.organisation_id,
            report_id: subject.report_id,
            person_id: subject.person_id,
            kind: known.kind,
            part: known.part,
            digest: known.what.and_then(|what| digest(known.kind, what)).unwrap_or_else(nobodys_digest),
        };
        let rows = known.into_iter().map(row).collect();
        self.insert_part::<match_subject::Entity>(subject).await?;
        self.insert_parts::<Entity>(rows).await?;
        self.has_indexed();
        Ok(())
    }

    /// Makes it last that persons were compared, which is no act of anybody. Only the service at that work may.
    pub async fn commit_matching(self) -> Result<()> {
        if !self.viewer().acts_for(Purpose::Matching) {
            return Err(Error::Unaudited);
        }
        self.commit_unaudited().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn digests_of_one_text_tell_nothing_of_another_kind() {
        let kinds =
            [Kind::Name, Kind::FullName, Kind::NearKnown, Kind::Telephone, Kind::PersonalNumber, Kind::BirthDate];
        let usages: BTreeSet<&str> = kinds.into_iter().map(usage).collect();
        assert_eq!(usages.len(), kinds.len());
        assert_eq!(usage(Kind::NearKnown), usage(Kind::NearOther), "a listed name may be near another");
    }
}
