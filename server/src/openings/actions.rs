//! What is done to openings: opened, opened in an emergency, ended early, reviewed.

use super::{Terms, rules};
use crate::access::{Act, Action, News, Result, Scope, Write};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::language::Message;
use crate::organisations::rules::name;
use crate::reports::REFERENCE_PREFIX;
use entity::identity_opening::{self, Attention, Column, Model, Review};
use entity::report::State;
use entity::{membership, person, person_identity, report};
use sea_orm::{ActiveEnum, ColumnTrait};
use uuid::Uuid;

/// An opening, and the identity where it is open.
pub(super) type Opened = (Model, Option<person_identity::Model>);

/// Opens the identity of a person, for a reason that the protection officer reviews. The audit row is there before the
/// identity is.
pub(super) async fn open(
    scope: &Scope,
    once: &Once,
    person: Option<Uuid>,
    reason: &str,
    terms: Terms,
) -> Outcome<Opened> {
    let reason = rules::opening_reason(reason)?;
    let missing = || Problem::not_found("personId");
    let key = person.ok_or_else(missing)?;
    let write = scope.begin().await?;
    let person = write.find::<person::Entity>().by_key(key).one().await?.ok_or_else(missing)?;
    let report = submitted(&write, report::Column::Id.eq(person.report_id)).await?.ok_or_else(missing)?;
    let row = opening(&write, &report, Some(person.id), &reason, terms).ok_or_else(missing)?;
    if let Some(earlier) = once.claim(&write, row.id).await? {
        let earlier = write.find::<identity_opening::Entity>().by_key(earlier).one().await?.ok_or_else(missing)?;
        let identity = identity_of(&write, person.id).await?;
        if identity.is_some() {
            scope.note_read(Action::IdentityRead, ObjectType::Person, person.id);
        }
        return Ok((earlier, identity));
    }
    write.insert_part::<identity_opening::Entity>(row.clone()).await?;
    write.audit::<person::Entity>(person.id, Act::because(Action::IdentityOpened, reason)).await?;
    let identity = identity_of(&write, person.id).await?;
    if identity.is_none() {
        return Err(Problem::new(UserErrorCode::NotFound, "personId", Message::new("no-identity")).into());
    }
    write.commit().await?;
    Ok((row, identity))
}

/// Opens a report with its identities for a case worker to whom it does not exist otherwise. Whatever the reference leads to,
/// something is written down, and an unknown one, one of a draft and one that the viewer is barred from are answered alike.
pub(super) async fn open_in_emergency(
    scope: &Scope,
    once: &Once,
    reference: &str,
    reason: &str,
    terms: Terms,
) -> Outcome<Model> {
    let reason = rules::opening_reason(reason)?;
    let reference = name(reference, "reportReference")?;
    let missing = || Problem::not_found("reportReference");
    let reference = ids::normalise_reference(REFERENCE_PREFIX, &reference);
    // Asked whether the report exists for the viewer or not, so that both take as long.
    let about = scope.key_for_the_trail(reference.as_deref().unwrap_or_default()).await?;
    let write = scope.begin_beyond_assignment().await?;
    // Claimed before the report is looked for: a key that was used must not tell whether the report exists.
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        return Ok(write.find::<identity_opening::Entity>().by_key(earlier).one().await?.ok_or_else(missing)?);
    }
    let named = report::Column::Reference.eq(reference.clone().unwrap_or_default());
    let row = submitted(&write, named).await?.map(|report| opening(&write, &report, None, &reason, terms));
    let Some(row) = row.flatten() else {
        let why = reference.map_or_else(|| reason.clone(), |reference| format!("{reference}: {reason}"));
        // Where there is such a report, whoever is barred from it does not read that somebody asked for it either.
        write.audit::<report::Entity>(about.unwrap_or_default(), Act::because(Action::EmergencyRefused, why)).await?;
        write.commit().await?;
        return Err(missing().into());
    };
    let row = Model { id, ..row };
    write.insert_part::<identity_opening::Entity>(row.clone()).await?;
    write.audit::<report::Entity>(row.report_id, Act::because(Action::EmergencyOpened, reason)).await?;
    write.tell::<identity_opening::Entity>(News::EmergencyOpened, row.id).await?;
    write.commit().await?;
    Ok(row)
}

/// Writes down that an identity leaves with what is held of the person: an opening that ends as it begins, and is reviewed
/// like any other. The audit row is the export's.
pub async fn opened_by_export(
    write: &Write,
    report: &report::Model,
    person: Uuid,
    reason: &str,
    terms: Terms,
) -> Outcome<()> {
    let missing = || Problem::not_found("personId");
    let opening = opening(write, report, Some(person), reason, terms).ok_or_else(missing)?;
    let opening = Model { expires_at: opening.opened_at, exported: true, ..opening };
    write.insert_part::<identity_opening::Entity>(opening).await?;
    Ok(())
}

/// Ends an opening of the viewer early.
pub(super) async fn close(scope: &Scope, key: Option<Uuid>) -> Outcome<Model> {
    let missing = || Problem::not_found("openingId");
    let write = scope.begin().await?;
    let own = Column::MembershipId.eq(write.viewer().membership_id());
    let found = write.find::<identity_opening::Entity>().by_key(key.ok_or_else(missing)?).filter(own);
    let before = found.locked().one().await?.ok_or_else(missing)?;
    let now = write.now();
    rules::may_close(&before, now)?;
    let after = Model { expires_at: now, ..before.clone() };
    change(&write, &before, after.clone(), Action::OpeningClosed.into()).await?;
    write.commit().await?;
    Ok(after)
}

/// Writes down what a review found. It is final.
pub(super) async fn review(scope: &Scope, key: Option<Uuid>, review: Review, remark: &str) -> Outcome<Model> {
    let remark = rules::remark(review, remark)?;
    let missing = || Problem::not_found("openingId");
    let write = scope.begin().await?;
    let key = key.ok_or_else(missing)?;
    let find = || write.find::<identity_opening::Entity>().by_key(key);
    let seen = find().one().await?.ok_or_else(missing)?;
    rules::may_review(&seen, is_own(&write, &seen).await?)?;
    // PostgreSQL locks only an opening that nobody reviewed: another has done so meanwhile where there is none.
    let before = find().locked().one().await?.ok_or_else(rules::reviewed_already)?;
    let after = Model {
        attention: Attention::Reviewed as i16,
        reviewed_at: Some(write.now()),
        reviewer_id: Some(write.viewer().membership_id()),
        review: Some(review),
        review_remark: remark.clone(),
        ..before.clone()
    };
    let found = format!("{}: {remark}", review.to_value());
    change(&write, &before, after.clone(), Act::because(Action::OpeningReviewed, found)).await?;
    write.commit().await?;
    Ok(after)
}

/// Whether the viewer opened it, in whichever of its memberships.
async fn is_own(write: &Write, opening: &Model) -> Outcome<bool> {
    let opener = write.find::<membership::Entity>().by_key(opening.membership_id).one().await?;
    let account = opener.and_then(|membership| membership.account_id);
    Ok(opening.membership_id == write.viewer().membership_id() || account == write.viewer().account_id())
}

/// Changes an opening. The audit row is about what it opened, so that the trail of a person or a report is whole.
pub(super) async fn change(write: &Write, before: &Model, after: Model, act: Act) -> Result<()> {
    write.update_part::<identity_opening::Entity>(before, after).await?;
    match before.person_id {
        Some(person) => write.audit::<person::Entity>(person, act).await?,
        None => write.audit::<report::Entity>(before.report_id, act).await?,
    }
    Ok(())
}

/// The submitted report that meets a condition.
async fn submitted(write: &Write, named: sea_orm::sea_query::Expr) -> Outcome<Option<report::Model>> {
    let submitted = report::Column::State.ne(State::Draft);
    Ok(write.find::<report::Entity>().filter(named).filter(submitted).one().await?)
}

async fn identity_of(write: &Write, person: Uuid) -> Outcome<Option<person_identity::Model>> {
    Ok(write.find::<person_identity::Entity>().by_key(person).one().await?)
}

/// A new opening for the viewer, of one person or of the whole report; nothing for a report without a reference.
fn opening(write: &Write, report: &report::Model, person: Option<Uuid>, reason: &str, terms: Terms) -> Option<Model> {
    let now = write.now();
    let attention = if person.is_some() { Attention::Unreviewed } else { Attention::Emergency };
    Some(Model {
        id: ids::new_key(now),
        organisation_id: report.organisation_id,
        report_id: report.id,
        report_reference: report.reference.clone()?,
        person_id: person,
        membership_id: write.viewer().membership_id(),
        reason: reason.to_owned(),
        opened_at: now,
        expires_at: now + terms.open,
        attention: attention as i16,
        reviewed_at: None,
        reviewer_id: None,
        review: None,
        review_remark: String::new(),
        exported: false,
        overdue_at: None,
    })
}
