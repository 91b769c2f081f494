//! What clients see of coverage and effect.

use super::rules::coverage::{self, Counts, Institution, Narrowing};
use super::rules::{Period, effect, untrained_since};
use crate::access::{Page, PageArguments};
use crate::code_lists::{self, District, Municipality};
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::organisations::OrganisationKind;
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::NaiveDate;
use entity::organisation::Kind;
use std::sync::Arc;

/// Institutions in numbers.
#[derive(Clone, Copy, SimpleObject)]
pub(super) struct CoverageCounts {
    /// How many institutions there are that cooperate today. The Centre is none of them.
    institutions: u64,
    /// How many of them were reached: somebody of them attended a session that took place in the period.
    reached: u64,
    /// How many of their people attended, each once a session.
    participants: u64,
    /// How many sessions their people attended, each session once.
    sessions: u64,
    /// How many reports they submitted in the period; null for trainers, who see none.
    reports_submitted: Option<u64>,
}

impl From<Counts> for CoverageCounts {
    fn from(counts: Counts) -> Self {
        Self {
            institutions: counts.institutions,
            reached: counts.reached,
            participants: counts.participants,
            sessions: counts.sessions,
            reports_submitted: counts.reports,
        }
    }
}

/// Institutions of one kind, in numbers.
#[derive(SimpleObject)]
struct KindCoverage {
    /// The kind.
    kind: OrganisationKind,
    /// Their numbers.
    counts: CoverageCounts,
}

/// Institutions of one district, in numbers.
#[derive(SimpleObject)]
struct DistrictCoverage {
    /// The district.
    district: District,
    /// Their numbers.
    counts: CoverageCounts,
}

/// Institutions of one municipality, in numbers.
#[derive(SimpleObject)]
struct MunicipalityCoverage {
    /// The municipality.
    municipality: Municipality,
    /// Their numbers.
    counts: CoverageCounts,
}

/// One institution, and whether training reached it.
pub struct InstitutionCoverage(Arc<Institution>);

/// One institution, and whether training reached it.
#[Object]
impl InstitutionCoverage {
    /// Opaque id of the organisation: what an invitation names.
    async fn organisation_id(&self) -> ID {
        ids::encode(ObjectType::Organisation, self.0.id).into()
    }

    /// Official name. In Latin script where the request asks for it.
    async fn name(&self, context: &Context<'_>) -> String {
        context.language().choose(&self.0.name, &self.0.name)
    }

    /// What kind of institution it is.
    async fn kind(&self) -> OrganisationKind {
        self.0.kind.into()
    }

    /// Municipality of its seat.
    async fn municipality(&self) -> Option<Municipality> {
        Municipality::of_code(&self.0.municipality)
    }

    /// Last day of the latest session that reached it, up to the end of the period and before the period too; null where none
    /// ever did.
    async fn last_trained_on(&self) -> Option<Date> {
        self.0.reached.last_trained_on.map(Date)
    }

    /// How many of its people attended in the period, each once a session.
    async fn participants(&self) -> u64 {
        self.0.reached.participants
    }

    /// How many sessions its people attended in the period.
    async fn sessions(&self) -> usize {
        self.0.reached.sessions.len()
    }

    /// How many reports it submitted in the period; null for trainers, who see none.
    async fn reports_submitted(&self) -> Option<u64> {
        self.0.reports
    }
}

/// Which institutions to list. What is left out does not narrow the list.
#[derive(Clone, Debug, Default, InputObject)]
pub(super) struct CoverageFilter {
    /// Of this kind.
    pub(super) kind: Option<OrganisationKind>,
    /// With their seat in this district: a code of the district list.
    pub(super) district: Option<String>,
    /// With their seat in this municipality: a code of the municipality list.
    pub(super) municipality: Option<String>,
    /// Where nobody was trained in so many years up to the end of the period, 1 to 20.
    pub(super) untrained_for_years: Option<i32>,
}

impl CoverageFilter {
    pub(super) fn narrowing(self, period: Period) -> Result<Narrowing, Fault> {
        Ok(Narrowing {
            kind: self.kind.map(Kind::from),
            district: self.district.map(code_lists::known_district).transpose()?,
            municipality: self.municipality.map(code_lists::known_municipality).transpose()?,
            untrained_since: self.untrained_for_years.map(|years| untrained_since(period.until, years)).transpose()?,
        })
    }
}

/// Whom training reached in a period, in numbers.
pub(super) struct Coverage {
    pub(super) period: Period,
    /// In the order of the list.
    pub(super) institutions: Vec<Arc<Institution>>,
}

/// Whom training reached in a period, in numbers. A session counts by its last day, once it took place.
#[Object]
impl Coverage {
    /// First day of the period.
    async fn from(&self) -> Date {
        Date(self.period.from)
    }

    /// Last day of the period.
    async fn until(&self) -> Date {
        Date(self.period.until)
    }

    /// All institutions.
    async fn total(&self) -> CoverageCounts {
        Counts::of(self.institutions.iter().map(Arc::as_ref)).into()
    }

    /// By kind of institution; kinds of which there is none are left out.
    async fn by_kind(&self) -> Vec<KindCoverage> {
        let counted = coverage::by_kind(&self.institutions).into_iter();
        counted.map(|(kind, counts)| KindCoverage { kind: kind.into(), counts: counts.into() }).collect()
    }

    /// By district, in the order of their codes; districts without an institution are left out.
    async fn by_district(&self) -> Vec<DistrictCoverage> {
        let counted = coverage::by(&self.institutions, |institution| institution.district).into_iter();
        let known = counted.filter_map(|(code, counts)| Some((District::of_code(code)?, counts)));
        known.map(|(district, counts)| DistrictCoverage { district, counts: counts.into() }).collect()
    }

    /// By municipality, in the order of their codes; municipalities without an institution are left out.
    async fn by_municipality(&self) -> Vec<MunicipalityCoverage> {
        let counted = coverage::by(&self.institutions, |institution| Some(institution.municipality.as_str()));
        let known = counted.into_iter().filter_map(|(code, counts)| Some((Municipality::of_code(code)?, counts)));
        known.map(|(municipality, counts)| MunicipalityCoverage { municipality, counts: counts.into() }).collect()
    }

    /// Institutions one by one: those never reached first, then those not reached for longest; by name where that is the same.
    #[graphql(complexity = "relay::cost(first, last, child_complexity)")]
    async fn institutions(
        &self,
        #[graphql(desc = "Which ones.")] filter: Option<CoverageFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<InstitutionCoverage>, Fault> {
        let narrowing = filter.unwrap_or_default().narrowing(self.period)?;
        let listed = self.institutions.iter().filter(|institution| narrowing.lets_through(institution));
        let rows: Vec<_> = listed.map(|institution| (institution.rank(), institution.clone())).collect();
        let total = rows.len() as u64;
        let page = Page::of_counted(rows, &PageArguments { first, after, last, before })?;
        Ok(relay::of_page(page, total, InstitutionCoverage))
    }
}

/// Reports of institutions before training reached them and after.
#[derive(Clone, Copy, SimpleObject)]
struct EffectCounts {
    /// How many institutions are compared: those of which 12 months have passed since.
    institutions: u64,
    /// Reports that they submitted in the 12 months before.
    reports_before: u64,
    /// Reports that they submitted in the 12 months after.
    reports_after: u64,
    /// How many more institutions were reached, of which 12 months have not passed. Their reports are in none of these numbers.
    pending: u64,
}

impl From<effect::Counts> for EffectCounts {
    fn from(counts: effect::Counts) -> Self {
        Self {
            institutions: counts.institutions,
            reports_before: counts.before,
            reports_after: counts.after,
            pending: counts.pending,
        }
    }
}

/// The same of institutions of one kind.
#[derive(SimpleObject)]
struct KindEffect {
    /// The kind.
    kind: OrganisationKind,
    /// Their numbers.
    counts: EffectCounts,
}

/// Reports of those whom training reached, in the 12 months before and the 12 months after, beside one another. That proves
/// nothing: whoever comes to a training may have been about to report, and reports rise and fall by themselves. Of an institution
/// that was reached several times the first time counts, and of a session its last day, whose own reports count in neither.
#[derive(SimpleObject)]
pub(super) struct TrainingEffect {
    /// All institutions.
    total: EffectCounts,
    /// By kind of institution; kinds of which none was reached are left out.
    by_kind: Vec<KindEffect>,
}

impl TrainingEffect {
    pub(super) fn new((total, kinds): (effect::Counts, Vec<(Kind, effect::Counts)>)) -> Self {
        let of_kind = |(kind, counts): (Kind, effect::Counts)| KindEffect { kind: kind.into(), counts: counts.into() };
        Self { total: total.into(), by_kind: kinds.into_iter().map(of_kind).collect() }
    }
}

/// The days of an optional argument.
pub(super) fn day(date: Option<Date>) -> Option<NaiveDate> {
    date.map(|date| date.0)
}
