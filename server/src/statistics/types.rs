//! What clients see of the counts.

use crate::code_lists::ExploitationForm;
use async_graphql::{Enum, SimpleObject};

/// Systems that reports come from, as the Centre's yearly reports group them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub enum SourceSystem {
    /// The police.
    Police,
    /// Centres for social work, and homes for children without parental care.
    SocialWelfare,
    /// Every other public institution: schools, health, employment service, reception centres, inspection, courts.
    OtherGovernment,
    /// Non-governmental organisations, and what the Centre noted down itself.
    CivilSocietyAndOther,
}

impl SourceSystem {
    /// Every system.
    pub const ALL: [Self; 4] = [Self::Police, Self::SocialWelfare, Self::OtherGovernment, Self::CivilSocietyAndOther];
}

/// Reports from one system.
#[derive(Clone, Debug, SimpleObject)]
pub struct SourceCount {
    /// The system.
    pub source: SourceSystem,
    /// How many came from it.
    pub count: u64,
}

/// Submitted reports.
#[derive(Clone, Debug, SimpleObject)]
pub struct ReportCounts {
    /// All of them.
    pub total: u64,
    /// By the system that they came from; each system once.
    pub by_source: Vec<SourceCount>,
}

macro_rules! counted_forms {
    ($($(#[doc = $doc:literal])* $form:ident,)*) => {
        /// A form of exploitation, or several at once: how identified persons are counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
        pub enum CountedForm {
            $($(#[doc = $doc])* $form,)*
            /// More than one form.
            Multiple,
        }

        impl From<ExploitationForm> for CountedForm {
            fn from(form: ExploitationForm) -> Self {
                match form {
                    $(ExploitationForm::$form => Self::$form,)*
                }
            }
        }
    };
}

counted_forms! {
    /// Forced labour alone.
    ForcedLabour,
    /// Sexual exploitation alone.
    SexualExploitation,
    /// Child labour alone.
    ChildLabour,
    /// Forced marriage alone.
    ForcedMarriage,
    /// Servitude alone.
    Servitude,
    /// Forced service in an armed group alone.
    ForcedMilitaryByNonStateActors,
    /// Removal of organs alone.
    OrganRemoval,
    /// Forced begging alone.
    ForcedBegging,
    /// Forced adoption alone.
    ForcedAdoption,
    /// Surrogacy alone.
    Surrogacy,
    /// Another form alone.
    Other,
    /// Forced criminality alone.
    ForcedCriminality,
}

/// Identified persons in one form of exploitation.
#[derive(Clone, Debug, SimpleObject)]
pub struct FormCount {
    /// The form.
    pub form: CountedForm,
    /// How many persons.
    pub count: u64,
}

/// Formally identified persons. One whose report was submitted in a year counts in that year, whenever it was decided.
#[derive(Clone, Debug, SimpleObject)]
pub struct IdentifiedCounts {
    /// All of them.
    pub total: u64,
    /// Female persons.
    pub female: u64,
    /// Male persons. Other persons, and those whose sex is not known, are in the total alone.
    pub male: u64,
    /// Children, and persons who may be children.
    pub children: u64,
    /// Persons with a citizenship other than Serbia's.
    pub foreign_nationals: u64,
    /// By form of exploitation; forms that were not found are left out.
    pub by_form: Vec<FormCount>,
}

/// What happened in one year, in numbers.
#[derive(Clone, Debug, SimpleObject)]
pub struct YearlyCounts {
    /// The year.
    pub year: i32,
    /// Reports submitted in it.
    pub reports: ReportCounts,
    /// Persons of those reports who were formally identified; null for a partner, who learns of no outcome.
    pub identified: Option<IdentifiedCounts>,
}
