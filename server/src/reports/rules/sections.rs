//! Sections of a draft: what a stale change is told about.

use super::Content;
use crate::language::Message;
use entity::report;
use std::collections::BTreeMap;

/// A section of a report's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Who reports, and how to reach them.
    Reporter,
    /// Danger now, and the exploiter near.
    Danger,
    /// The persons, with their indicators and identities.
    Persons,
    /// What was seen and heard, when and where.
    Observations,
    /// Suspected forms and place of exploitation.
    Exploitation,
    /// What was done, and whether the person knows.
    Actions,
}

impl Section {
    /// Every section, in the order of the form.
    pub const ALL: [Self; 6] =
        [Self::Reporter, Self::Danger, Self::Persons, Self::Observations, Self::Exploitation, Self::Actions];

    fn as_str(self) -> &'static str {
        match self {
            Self::Reporter => "reporter",
            Self::Danger => "danger",
            Self::Persons => "persons",
            Self::Observations => "observations",
            Self::Exploitation => "exploitation",
            Self::Actions => "actions",
        }
    }

    /// Its name.
    pub fn in_words(self) -> Message {
        match self {
            Self::Reporter => Message::new("section-reporter"),
            Self::Danger => Message::new("section-danger"),
            Self::Persons => Message::new("section-persons"),
            Self::Observations => Message::new("section-observations"),
            Self::Exploitation => Message::new("section-exploitation"),
            Self::Actions => Message::new("section-actions"),
        }
    }

    /// Whether the two differ in it.
    fn differs(self, a: &Content, b: &Content) -> bool {
        fn differ<T: PartialEq>(a: &Content, b: &Content, part: impl Fn(&report::Model) -> T) -> bool {
            part(&a.report) != part(&b.report)
        }
        match self {
            Self::Reporter => differ(a, b, |r| {
                (r.reporter_function.clone(), r.reporter_contact.clone(), r.on_behalf_of.clone(), r.may_call_back)
            }),
            Self::Danger => differ(a, b, |r| (r.danger_now, r.exploiter_near)),
            Self::Persons => !a.same_persons(b),
            Self::Observations => differ(a, b, |r| {
                let place = (r.municipality_code.clone(), r.place.clone());
                (r.observations.clone(), r.observed_from, r.observed_until, place)
            }),
            Self::Exploitation => differ(a, b, |r| (r.suspected_forms.clone(), r.exploitation_place.clone())),
            Self::Actions => differ(a, b, |r| (r.actions_taken.clone(), r.person_knows)),
        }
    }
}

/// In which revision each section of a draft last changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sections(BTreeMap<String, i32>);

impl Sections {
    /// Those of a column, which holds them as a JSON object.
    pub fn of_column(column: &str) -> Self {
        Self(serde_json::from_str(column).unwrap_or_default())
    }

    /// The column.
    pub fn column(&self) -> String {
        serde_json::json!(self.0).to_string()
    }

    /// Notes in which sections two contents differ, the second being this revision.
    #[must_use]
    pub fn noting(mut self, changed: &[Section], revision: i32) -> Self {
        self.0.extend(changed.iter().map(|section| (section.as_str().to_owned(), revision)));
        self
    }

    /// Sections that changed after this revision.
    pub fn changed_since(&self, revision: i32) -> Vec<Section> {
        let changed = |section: &Section| self.0.get(section.as_str()).is_some_and(|last| *last > revision);
        Section::ALL.into_iter().filter(changed).collect()
    }

    /// Sections in which two contents differ.
    pub fn differing(a: &Content, b: &Content) -> Vec<Section> {
        Section::ALL.into_iter().filter(|section| section.differs(a, b)).collect()
    }
}
