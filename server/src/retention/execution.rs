//! Doing an erasure: what goes, and what stays for the statistics.

use super::rules;
use crate::access::{Action, Result, Write};
use entity::{
    attachment, case, erasure, internal_note, match_subject, person, person_identity, report, report_bar, report_event,
    report_message, ticked_indicator,
};
use sea_orm::{ActiveEnum, ColumnTrait, Condition, Value};
use uuid::Uuid;

/// Erases persons of these erasures, and the reports whose last persons they are, in the transaction of `write`.
pub(super) async fn erase(write: &Write, erasures: &[erasure::Model]) -> Result<()> {
    for erasure in erasures {
        erase_person(write, erasure).await?;
        write.audit::<person::Entity>(erasure.person_id, Action::PersonErased).await?;
    }
    let mut reports: Vec<Uuid> = erasures.iter().map(|erasure| erasure.report_id).collect();
    reports.sort_unstable();
    reports.dedup();
    for report in reports {
        let of_report = person::Column::ReportId.eq(report);
        let left = Condition::all().add(of_report).add(person::Column::SealingKeyId.is_not_null());
        if write.find::<person::Entity>().filter(left).one().await?.is_none() {
            erase_report(write, report).await?;
            write.audit::<report::Entity>(report, Action::ReportErased).await?;
        }
    }
    Ok(())
}

fn one(condition: impl Into<Condition>) -> Condition {
    condition.into()
}

async fn erase_person(write: &Write, erasure: &erasure::Model) -> Result<()> {
    let key = erasure.person_id;
    let Some(person) = write.find::<person::Entity>().by_key(key).one().await? else { return Ok(()) };
    let report = write.find::<report::Entity>().by_key(person.report_id).one().await?;
    let of_year = |year| Some(rules::age_band(year, report.as_ref()?.submitted_at?));
    let age_band = person.age_band.or_else(|| person.birth_year.and_then(of_year));
    let identity = person_identity::Column::PersonId.eq(key);
    write.delete_parts::<person_identity::Entity>(one(identity)).await?;
    // Its blind indexes and possible duplicates go with it.
    write.delete_parts::<match_subject::Entity>(one(match_subject::Column::PersonId.eq(key))).await?;
    write.erase::<ticked_indicator::Entity>(one(ticked_indicator::Column::PersonId.eq(key)), Vec::new()).await?;
    write.erase::<case::Entity>(one(case::Column::PersonId.eq(key)), Vec::new()).await?;
    let done = (erasure::Column::ExecutedAt, Value::from(write.now()));
    write.erase::<erasure::Entity>(one(erasure::Column::Id.eq(erasure.id)), vec![done]).await?;
    let earlier = Condition::all().add(erasure::Column::PersonId.eq(key)).add(erasure::Column::Id.ne(erasure.id));
    write.erase::<erasure::Entity>(earlier, Vec::new()).await?;
    let also = vec![
        (person::Column::AgeBand, Value::from(age_band.map(|band| band.to_value()))),
        (person::Column::BirthYear, Value::Int(None)),
        (person::Column::Language, Value::from("")),
    ];
    write.erase::<person::Entity>(one(person::Column::Id.eq(key)), also).await?;
    Ok(())
}

async fn erase_report(write: &Write, key: Uuid) -> Result<()> {
    // Their objects in the store, which no key opens any more, go as those that no row names.
    write.delete_parts::<attachment::Entity>(one(attachment::Column::ReportId.eq(key))).await?;
    write.erase::<report_message::Entity>(one(report_message::Column::ReportId.eq(key)), Vec::new()).await?;
    write.erase::<internal_note::Entity>(one(internal_note::Column::ReportId.eq(key)), Vec::new()).await?;
    write.erase::<report_event::Entity>(one(report_event::Column::ReportId.eq(key)), Vec::new()).await?;
    write.erase::<report_bar::Entity>(one(report_bar::Column::ReportId.eq(key)), Vec::new()).await?;
    write.erase::<case::Entity>(one(case::Column::ReportId.eq(key)), Vec::new()).await?;
    let days = [report::Column::ObservedFrom, report::Column::ObservedUntil];
    let also = days.into_iter().map(|day| (day, Value::ChronoDate(None))).collect();
    write.erase::<report::Entity>(one(report::Column::Id.eq(key)), also).await?;
    Ok(())
}
