//! What clients see of the code lists.

use super::{DISTRICTS, DistrictEntry, Entry, FORMS, MUNICIPALITIES};
use crate::context::RequestContext;
use crate::language::Language;
use async_graphql::{Context, Enum, Object};

/// A district of Serbia.
#[derive(Clone, Copy)]
pub struct District(pub(super) &'static DistrictEntry);

/// A district of Serbia.
#[Object]
impl District {
    /// ISO 3166-2:RS code.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Name, in the script of the request.
    async fn name(&self, context: &Context<'_>) -> &str {
        in_script(context.language(), &self.0.name.cyrillic, &self.0.name.latin)
    }

    /// Its municipalities and city municipalities.
    async fn municipalities(&self) -> Vec<Municipality> {
        self.0.municipality.iter().map(|entry| Municipality { district: self.0, entry }).collect()
    }
}

impl District {
    /// The district with this code.
    pub fn of_code(code: &str) -> Option<Self> {
        DISTRICTS.iter().find(|district| district.code == code).map(Self)
    }

    /// Its name in a language.
    pub fn name_in(self, language: Language) -> &'static str {
        in_script(language, &self.0.name.cyrillic, &self.0.name.latin)
    }
}

/// A municipality or city municipality of Serbia.
#[derive(Clone, Copy, Debug)]
pub struct Municipality {
    district: &'static DistrictEntry,
    entry: &'static Entry,
}

/// A municipality or city municipality of Serbia.
#[Object]
impl Municipality {
    /// Code, stable: the name in Latin letters without diacritics.
    async fn code(&self) -> &str {
        &self.entry.code
    }

    /// Name, in the script of the request.
    async fn name(&self, context: &Context<'_>) -> &str {
        in_script(context.language(), &self.entry.cyrillic, &self.entry.latin)
    }

    /// The district that it belongs to.
    async fn district(&self) -> District {
        District(self.district)
    }
}

impl Municipality {
    /// The municipality with this code.
    pub fn of_code(code: &str) -> Option<Self> {
        MUNICIPALITIES.get(code).map(|(district, entry)| Self { district, entry })
    }

    /// Its name in the script of a language.
    pub fn name_in(self, language: Language) -> &'static str {
        in_script(language, &self.entry.cyrillic, &self.entry.latin)
    }
}

/// Names of places are Serbian in English texts too, in Latin script.
fn in_script<'a>(language: Language, cyrillic: &'a str, latin: &'a str) -> &'a str {
    if language == Language::SerbianCyrillic { cyrillic } else { latin }
}

/// Forms of exploitation: the types of the Human Trafficking Case Data Standard, and forced criminality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enum)]
pub enum ExploitationForm {
    /// Forced labour.
    ForcedLabour,
    /// Sexual exploitation.
    SexualExploitation,
    /// Child labour.
    ChildLabour,
    /// Forced marriage.
    ForcedMarriage,
    /// Servitude.
    Servitude,
    /// Forced service in an armed group that is not the state's.
    ForcedMilitaryByNonStateActors,
    /// Removal of organs.
    OrganRemoval,
    /// Forced begging.
    ForcedBegging,
    /// Forced adoption.
    ForcedAdoption,
    /// Surrogacy.
    Surrogacy,
    /// Another form.
    Other,
    /// Forced criminality.
    ForcedCriminality,
}

impl ExploitationForm {
    /// Every form, in the order of the standard.
    pub const ALL: [Self; 12] = [
        Self::ForcedLabour,
        Self::SexualExploitation,
        Self::ChildLabour,
        Self::ForcedMarriage,
        Self::Servitude,
        Self::ForcedMilitaryByNonStateActors,
        Self::OrganRemoval,
        Self::ForcedBegging,
        Self::ForcedAdoption,
        Self::Surrogacy,
        Self::Other,
        Self::ForcedCriminality,
    ];

    /// The standard's code, which is also what the database keeps.
    pub fn code(self) -> &'static str {
        match self {
            Self::ForcedLabour => "ForcedLabour",
            Self::SexualExploitation => "SexualExploitation",
            Self::ChildLabour => "ChildLabour",
            Self::ForcedMarriage => "ForcedMarriage",
            Self::Servitude => "Servitude",
            Self::ForcedMilitaryByNonStateActors => "ForcedMilitaryByNonStateActors",
            Self::OrganRemoval => "OrganRemoval",
            Self::ForcedBegging => "ForcedBegging",
            Self::ForcedAdoption => "ForcedAdoption",
            Self::Surrogacy => "Surrogacy",
            Self::Other => "Other",
            Self::ForcedCriminality => "ForcedCriminality",
        }
    }

    /// The forms of a column that holds their codes as a JSON array.
    pub fn of_column(column: &str) -> Vec<Self> {
        let codes: Vec<String> = serde_json::from_str(column).unwrap_or_default();
        codes.iter().filter_map(|code| Self::ALL.into_iter().find(|form| form.code() == code)).collect()
    }

    /// The column for these forms, each once, in the order of the standard.
    pub fn column(forms: &[Self]) -> String {
        let codes: Vec<&str> = Self::ALL.into_iter().filter(|form| forms.contains(form)).map(Self::code).collect();
        serde_json::Value::from(codes).to_string()
    }
}

/// A form of exploitation with its name.
pub(super) struct ExploitationFormName(pub(super) ExploitationForm);

/// A form of exploitation with its name.
#[Object]
impl ExploitationFormName {
    /// The form, as reports name it.
    async fn form(&self) -> ExploitationForm {
        self.0
    }

    /// The code of the Human Trafficking Case Data Standard 2.0; for forced criminality, which it lacks, our own.
    async fn code(&self) -> &str {
        self.0.code()
    }

    /// Name, in the language of the request.
    async fn name(&self, context: &Context<'_>) -> String {
        FORMS.get(self.0.code()).map(|name| context.language().choose(&name.sr, &name.en)).unwrap_or_default()
    }
}
