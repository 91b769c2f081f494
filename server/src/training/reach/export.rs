//! Coverage as a file: the list of institutions, one to a row.

use super::counting;
use super::rules::coverage::{Institution, Narrowing};
use super::rules::{self, Period};
use super::types::CoverageFilter;
use crate::access::{Action, Permission, Scope};
use crate::code_lists::{District, Municipality};
use crate::date::Date;
use crate::error::Fault;
use crate::ids::ObjectType;
use crate::language::{Language, Message};
use crate::sheets::{Cell, Format, Sheet};
use async_graphql::{InputType, Name, Value};
use entity::organisation::Kind;

/// What is asked for, as the arguments and the filter of `coverage` name it.
#[derive(Debug, Default)]
struct Request {
    period: (Option<Date>, Option<Date>),
    filter: Option<CoverageFilter>,
}

impl Request {
    /// Reads it from the pairs of a query.
    ///
    /// # Errors
    /// When a name is none of them, or its value cannot be read.
    fn read(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Fault> {
        let mut request = Self::default();
        let mut filter = CoverageFilter::default();
        for (name, value) in pairs {
            match name.as_str() {
                "from" => request.period.0 = Some(read(Value::String(value))?),
                "until" => request.period.1 = Some(read(Value::String(value))?),
                "kind" => filter.kind = Some(read(Value::Enum(Name::new(value)))?),
                "district" => filter.district = Some(value),
                "municipality" => filter.municipality = Some(value),
                "untrainedForYears" => {
                    let years = value.parse().map_err(|_| Fault::BadInput("`untrainedForYears` is a number."))?;
                    filter.untrained_for_years = Some(years);
                }
                _ => {
                    return Err(Fault::BadInput(
                        "Ask with from, until, kind, district, municipality, untrainedForYears.",
                    ));
                }
            }
        }
        request.filter = Some(filter);
        Ok(request)
    }
}

fn read<T: InputType>(value: Value) -> Result<T, Fault> {
    T::parse(Some(value))
        .map_err(|_| Fault::BadInput("Days are written as 2018-11-05, kinds as in the contract: SCHOOL."))
}

/// The list as a file, and its name, for the pairs of a query; nothing where they could not be read. That it was fetched is in the
/// audit trail before this returns.
///
/// # Errors
/// Whoever asks may not see coverage, the request means nothing, or the database is away.
pub async fn coverage(
    scope: &Scope,
    query: Option<Vec<(String, String)>>,
    language: Language,
    format: Format,
) -> Result<(String, Vec<u8>), Fault> {
    if !Permission::ReadCoverage.is_given_to(scope.viewer()) {
        return Err(Fault::NotFound);
    }
    let request = Request::read(query.ok_or(Fault::BadInput("The query cannot be read."))?)?;
    let (from, until) = request.period;
    let period = rules::period(from.map(|day| day.0), until.map(|day| day.0), scope.today())?;
    let narrowing = request.filter.unwrap_or_default().narrowing(period)?;
    let sheet = sheet(scope, period, &narrowing, language).await?;
    scope.note_read(Action::CoverageExported, ObjectType::Organisation, scope.viewer().organisation_id());
    scope.finish().await?;
    let name = format!("coverage-{}-{}.{}", period.from, period.until, format.extension());
    Ok((name, sheet.write(format).await?))
}

async fn sheet(scope: &Scope, period: Period, narrowing: &Narrowing, language: Language) -> Result<Sheet, Fault> {
    let institutions = counting::coverage(scope, period).await?;
    let listed = institutions.iter().filter(|institution| narrowing.lets_through(institution));
    let rows = listed.map(|institution| row(institution, language)).collect();
    let say = |key| language.say(&Message::new(key));
    let mut headings = vec![
        say("coverage-institution"),
        say("coverage-kind"),
        say("coverage-district"),
        say("coverage-municipality"),
        say("coverage-last-trained"),
        say("coverage-participants"),
        say("coverage-sessions"),
    ];
    if counting::learns_reports(scope.viewer()) {
        headings.push(say("coverage-reports"));
    }
    Ok(Sheet { title: say("coverage-sheet"), headings, rows })
}

fn row(institution: &Institution, language: Language) -> Vec<Cell> {
    let district = institution.district.and_then(District::of_code).map(|district| district.name_in(language));
    let municipality = Municipality::of_code(&institution.municipality).map(|place| place.name_in(language));
    let place = |name: Option<&str>| name.map_or(Cell::Empty, |name| Cell::Text(name.to_owned()));
    let reached = &institution.reached;
    let mut cells = vec![
        Cell::Text(language.choose(&institution.name, &institution.name)),
        Cell::Text(language.say(&Message::new(kind(institution.kind)))),
        place(district),
        place(municipality),
        reached.last_trained_on.into(),
        Cell::Number(reached.participants),
        Cell::Number(reached.sessions.len() as u64),
    ];
    cells.extend(institution.reports.map(Cell::Number));
    cells
}

/// The key of the name of a kind of institution.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Centre => "kind-centre",
        Kind::School => "kind-school",
        Kind::CentreForSocialWork => "kind-centre-for-social-work",
        Kind::HealthService => "kind-health-service",
        Kind::Police => "kind-police",
        Kind::EmploymentService => "kind-employment-service",
        Kind::ReceptionCentre => "kind-reception-centre",
        Kind::ChildrensHome => "kind-childrens-home",
        Kind::LabourInspectorate => "kind-labour-inspectorate",
        Kind::NonGovernmental => "kind-non-governmental",
        Kind::OtherAuthority => "kind-other-authority",
    }
}
