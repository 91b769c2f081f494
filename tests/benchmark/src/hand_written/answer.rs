//! The answer, in the form in which the server gives it.

use super::catalogue::{Catalogue, Indicator};
use super::reports::{Person, Report, Tick};
use crate::Result;
use axum::body::Bytes;
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use std::collections::HashMap;
use type_safe_id::{StaticType, TypeSafeId};
use uuid::Uuid;

#[derive(Serialize)]
struct Answer<'a> {
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    reports: Reports<'a>,
}

#[derive(Serialize)]
struct Reports<'a> {
    nodes: Vec<ReportAnswer<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportAnswer<'a> {
    #[serde(serialize_with = "report_id")]
    id: Uuid,
    reference: Option<&'a str>,
    status: &'static str,
    urgency: &'static str,
    #[serde(serialize_with = "instant")]
    submitted_at: Option<DateTime<Utc>>,
    danger_now: &'static str,
    observations: Option<&'a str>,
    place: Option<&'a str>,
    author: Option<Author<'a>>,
    persons: Vec<PersonAnswer<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    #[serde(serialize_with = "membership_id")]
    id: Uuid,
    name: Option<&'a str>,
    function: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PersonAnswer<'a> {
    #[serde(serialize_with = "person_id")]
    id: Uuid,
    pseudonym: Option<&'a str>,
    age_band: Option<&'static str>,
    birth_year: Option<i32>,
    child: &'static str,
    sex: &'static str,
    citizenship: Option<&'a str>,
    indicators: Vec<TickAnswer<'a>>,
}

#[derive(Serialize)]
struct TickAnswer<'a> {
    indicator: IndicatorAnswer<'a>,
    remark: Option<&'a str>,
}

#[derive(Serialize)]
struct IndicatorAnswer<'a> {
    code: &'a str,
    wording: &'a str,
}

/// Puts the rows together and writes them as JSON.
pub fn written(reports: &[Report], persons: &[Person], ticks: &[Tick], catalogue: &Catalogue) -> Result<Bytes> {
    let mut indicators: HashMap<Uuid, Vec<TickAnswer<'_>>> = HashMap::with_capacity(persons.len());
    for tick in ticks {
        let indicator = catalogue.indicator(tick.indicator_id).ok_or("an indicator is not in the catalogue")?;
        indicators.entry(tick.person_id).or_default().push(of_tick(tick, indicator));
    }
    let mut concerned: HashMap<Uuid, Vec<PersonAnswer<'_>>> = HashMap::with_capacity(reports.len());
    for person in persons {
        let indicators = indicators.remove(&person.id).unwrap_or_default();
        concerned.entry(person.report_id).or_default().push(of_person(person, indicators)?);
    }
    let of_report = |report| of_report(report, concerned.remove(&report.id).unwrap_or_default());
    let nodes = reports.iter().map(of_report).collect::<Result<_>>()?;
    Ok(serde_json::to_vec(&Answer { data: Data { reports: Reports { nodes } } })?.into())
}

fn of_report<'a>(report: &'a Report, persons: Vec<PersonAnswer<'a>>) -> Result<ReportAnswer<'a>> {
    let author = |id| Author { id, name: report.author_name.as_deref(), function: report.author_function.as_deref() };
    Ok(ReportAnswer {
        id: report.id,
        reference: report.reference.as_deref(),
        status: match report.state.as_str() {
            "draft" => "DRAFT",
            "submitted" => "RECEIVED",
            "in_triage" | "accepted" | "joined" => "IN_ASSESSMENT",
            "more_information_needed" => "MORE_INFORMATION_NEEDED",
            "passed_on" | "closed" => "CLOSED",
            _ => return Err("no such state".into()),
        },
        urgency: match report.urgency {
            1 => "URGENT",
            2 => "ORDINARY",
            _ => "IMMEDIATE",
        },
        submitted_at: report.submitted_at,
        danger_now: answer(&report.danger_now)?,
        observations: text(&report.observations),
        place: text(&report.place),
        author: report.author_id.map(author),
        persons,
    })
}

fn of_person<'a>(person: &'a Person, indicators: Vec<TickAnswer<'a>>) -> Result<PersonAnswer<'a>> {
    Ok(PersonAnswer {
        id: person.id,
        pseudonym: text(&person.pseudonym),
        age_band: person.age_band.as_deref().map(age_band).transpose()?,
        birth_year: person.birth_year,
        child: answer(&person.child)?,
        sex: match person.sex.as_str() {
            "female" => "FEMALE",
            "male" => "MALE",
            "other" => "OTHER",
            "unknown" => "UNKNOWN",
            _ => return Err("no such sex".into()),
        },
        citizenship: text(&person.citizenship),
        indicators,
    })
}

fn of_tick<'a>(tick: &'a Tick, indicator: &'a Indicator) -> TickAnswer<'a> {
    let indicator = IndicatorAnswer { code: &indicator.code, wording: &indicator.wording };
    TickAnswer { indicator, remark: text(&tick.remark) }
}

fn answer(column: &str) -> Result<&'static str> {
    match column {
        "yes" => Ok("YES"),
        "no" => Ok("NO"),
        "unsure" => Ok("UNSURE"),
        _ => Err("no such answer".into()),
    }
}

fn age_band(column: &str) -> Result<&'static str> {
    Ok(match column {
        "under_12" => "UNDER_12",
        "12_14" => "FROM_12_TO_14",
        "15_17" => "FROM_15_TO_17",
        "18_24" => "FROM_18_TO_24",
        "25_39" => "FROM_25_TO_39",
        "40_59" => "FROM_40_TO_59",
        "60_over" => "FROM_60",
        _ => return Err("no such age band".into()),
    })
}

fn text(column: &str) -> Option<&str> {
    (!column.is_empty()).then_some(column)
}

fn instant<S: Serializer>(instant: &Option<DateTime<Utc>>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    instant.map(|instant| instant.to_rfc3339()).serialize(serializer)
}

/// Types of object, as the ids that clients see name them.
macro_rules! id_of {
    ($function:ident, $object:ident = $prefix:literal) => {
        #[derive(Default)]
        struct $object;

        impl StaticType for $object {
            const TYPE: &'static str = $prefix;
        }

        fn $function<S: Serializer>(key: &Uuid, serializer: S) -> std::result::Result<S::Ok, S::Error> {
            serializer.collect_str(&TypeSafeId::<$object>::from_uuid(*key))
        }
    };
}

id_of!(report_id, ReportType = "report");
id_of!(person_id, PersonType = "person");
id_of!(membership_id, MembershipType = "membership");
