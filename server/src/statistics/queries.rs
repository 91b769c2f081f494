//! Counting.

use super::rules::{self, Group};
use super::types::{IdentifiedCounts, ReportCounts, YearlyCounts};
use crate::access::{Error, Permission, Role, Scope, guarded};
use crate::code_lists::ExploitationForm;
use crate::context::RequestContext;
use crate::error::Fault;
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::answer::Answer;
use entity::case::{self, Identification};
use entity::organisation::Kind;
use entity::person::Sex;
use entity::{organisation, person, report};
use sea_orm::{ActiveEnum, ColumnTrait, Condition, EntityTrait, RelationDef};
use std::ops::Range;

/// Root fields of the room.
#[derive(Default)]
pub struct StatisticsQueries;

#[Object]
impl StatisticsQueries {
    /// Counts of one year, on the calendar in Serbia. An analyst counts everything and reads none of it; the Centre's staff
    /// counts what it may read; a coordinator counts the reports of its own organisation.
    #[graphql(directive = guarded::apply(Permission::ReadStatistics))]
    async fn yearly_counts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The year, 1900 to 2199.")] year: i32,
    ) -> Result<YearlyCounts, Fault> {
        let scope = context.scope()?;
        let instants = rules::year(year).ok_or(Fault::BadInput("Give a year from 1900 to 2199."))?;
        let learns_outcomes = [Role::IntakeOfficer, Role::CaseWorker, Role::Supervisor, Role::Analyst];
        let identified = match scope.viewer().has_any(&learns_outcomes) {
            true => Some(identified(scope, &instants).await?),
            false => None,
        };
        Ok(YearlyCounts { year, reports: reports(scope, &instants).await?, identified })
    }
}

fn submitted_in(instants: &Range<DateTime<Utc>>) -> Condition {
    Condition::all()
        .add(report::Column::SubmittedAt.gte(instants.start))
        .add(report::Column::SubmittedAt.lt(instants.end))
}

async fn reports(scope: &Scope, instants: &Range<DateTime<Utc>>) -> Result<ReportCounts, Fault> {
    let to_organisation: RelationDef = report::Entity::belongs_to(organisation::Entity)
        .from(report::Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    let tally = scope.tally::<report::Entity>().await?.with::<organisation::Entity>(to_organisation);
    let groups = tally.filter(submitted_in(instants)).by(organisation::Column::Kind).run().await?;
    let mut kinds = Vec::new();
    for (names, number) in groups {
        let [kind] = in_groups(names)?;
        kinds.push((known::<Kind>(&kind)?, number));
    }
    let by_source = rules::by_source(kinds);
    Ok(ReportCounts { total: by_source.iter().map(|source| source.count).sum(), by_source })
}

async fn identified(scope: &Scope, instants: &Range<DateTime<Utc>>) -> Result<IdentifiedCounts, Fault> {
    let to_report: RelationDef =
        case::Entity::belongs_to(report::Entity).from(case::Column::ReportId).to(report::Column::Id).into();
    let to_person: RelationDef =
        case::Entity::belongs_to(person::Entity).from(case::Column::PersonId).to(person::Column::Id).into();
    let identified = Condition::all()
        .add(case::Column::Identification.eq(Identification::Identified))
        .add(case::Column::VoidAt.is_null());
    let tally =
        scope.tally::<case::Entity>().await?.with::<report::Entity>(to_report).with::<person::Entity>(to_person);
    let tally = tally.filter(identified).filter(submitted_in(instants));
    let tally = tally.by(person::Column::Sex).by(person::Column::Child).by(person::Column::Citizenship);
    let mut groups = Vec::new();
    for (names, number) in tally.by(case::Column::ExploitationForms).run().await? {
        let [sex, child, citizenship, forms] = in_groups(names)?;
        let (sex, child) = (known::<Sex>(&sex)?, known::<Answer>(&child)?);
        groups.push(Group { sex, child, citizenship, forms: ExploitationForm::of_column(&forms), number });
    }
    Ok(rules::identified(&groups))
}

/// The names of a group, which are as many as columns were asked for.
fn in_groups<const N: usize>(names: Vec<String>) -> Result<[String; N], Fault> {
    names.try_into().map_err(|_| Fault::Internal)
}

/// A value of the database as its type.
fn known<T: ActiveEnum<Value = String>>(name: &String) -> Result<T, Fault> {
    Ok(T::try_from_value(name).map_err(Error::from)?)
}
