//! What of the news exists for a recipient: asked in its own name.

use crate::access::{News, Result, Root, Scope};
use crate::duplicates::between;
use crate::ids::ObjectType;
use chrono::{DateTime, Utc};
use entity::session_test::Stage;
use entity::{
    evaluation_answered, identity_opening, outbox, possible_duplicate, registration, report, session_evaluation,
    session_test, test_attempt, training_session, webhook,
};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashSet;
use uuid::Uuid;

/// Those of the news, by their keys, whose object exists for whoever the scope acts for, and that still are news.
pub(super) async fn seen(theirs: &Scope, news: &[&outbox::Model]) -> Result<HashSet<Uuid>> {
    let mut seen = HashSet::new();
    let types: HashSet<&str> = news.iter().map(|event| &*event.object_type).collect();
    for object_type in types {
        let of_type = || news.iter().filter(|event| event.object_type == object_type);
        let there = existing(theirs, object_type, of_type().map(|event| event.object_id).collect()).await?;
        seen.extend(of_type().filter(|event| there.contains(&event.object_id)).map(|event| event.id));
    }
    for event in news {
        if seen.contains(&event.id) && !is_still_news(theirs, &event.news, event.object_id).await? {
            seen.remove(&event.id);
        }
    }
    Ok(seen)
}

/// Whether something that happened to an object that exists is still news for whoever the scope acts for.
pub(super) async fn is_still_news(theirs: &Scope, news: &str, object: Uuid) -> Result<bool> {
    match News::from_name(news) {
        Some(News::EvaluationAwaited) => match own_place(theirs, object).await? {
            Some(own) => awaits_evaluation(theirs, &own).await,
            None => Ok(false),
        },
        Some(News::TestAwaited) => match own_place(theirs, object).await? {
            Some(own) => awaits_test(theirs, &own).await,
            None => Ok(false),
        },
        Some(News::ReviewOverdue) => awaits_review(theirs, object).await,
        Some(News::DuplicateProposed) => awaits_decision(theirs, object).await,
        _ => Ok(true),
    }
}

/// Whether nobody has decided yet about a possible duplicate, or about another one between the same reports, of which no news
/// are given of their own.
async fn awaits_decision(theirs: &Scope, duplicate: Uuid) -> Result<bool> {
    let Some(told) = theirs.find::<possible_duplicate::Entity>().by_key(duplicate).one().await? else {
        return Ok(false);
    };
    let open = possible_duplicate::Column::State.eq(possible_duplicate::State::Open);
    let open = Condition::all().add(open).add(between(told.report_id, told.other_report_id));
    Ok(theirs.find::<possible_duplicate::Entity>().filter(open).one().await?.is_some())
}

/// Whether nobody has reviewed an opening yet.
async fn awaits_review(theirs: &Scope, opening: Uuid) -> Result<bool> {
    let opening = theirs.find::<identity_opening::Entity>().by_key(opening).one().await?;
    Ok(opening.is_some_and(|opening| opening.reviewed_at.is_none()))
}

/// Whether an object exists for whoever the scope acts for.
pub(super) async fn exists(theirs: &Scope, object_type: &str, key: Uuid) -> Result<bool> {
    Ok(!existing(theirs, object_type, HashSet::from([key])).await?.is_empty())
}

/// Those of the objects that exist for whoever the scope acts for.
async fn existing(theirs: &Scope, object_type: &str, keys: HashSet<Uuid>) -> Result<HashSet<Uuid>> {
    match ObjectType::ALL.iter().find(|known| known.as_str() == object_type) {
        Some(ObjectType::Report) => of::<report::Entity>(theirs, keys).await,
        Some(ObjectType::IdentityOpening) => of::<identity_opening::Entity>(theirs, keys).await,
        Some(ObjectType::PossibleDuplicate) => of::<possible_duplicate::Entity>(theirs, keys).await,
        Some(ObjectType::Webhook) => of::<webhook::Entity>(theirs, keys).await,
        Some(ObjectType::TrainingSession) => of::<training_session::Entity>(theirs, keys).await,
        Some(ObjectType::Registration) => of::<registration::Entity>(theirs, keys).await,
        _ => Ok(HashSet::new()),
    }
}

async fn of<E: Root>(theirs: &Scope, keys: HashSet<Uuid>) -> Result<HashSet<Uuid>> {
    Ok(theirs.find::<E>().by_keys(keys).all().await?.iter().map(E::key).collect())
}

/// The place of whoever the scope acts for in a session.
async fn own_place(theirs: &Scope, session: Uuid) -> Result<Option<registration::Model>> {
    use registration::Column;
    let own = Condition::all()
        .add(Column::SessionId.eq(session))
        .add(Column::MembershipId.eq(theirs.viewer().membership_id()))
        .add(Column::State.eq(registration::State::Registered));
    theirs.find::<registration::Entity>().filter(own).one().await
}

/// Whether the session's evaluation can be answered and was not.
async fn awaits_evaluation(theirs: &Scope, own: &registration::Model) -> Result<bool> {
    let window = theirs.find::<session_evaluation::Entity>().by_key(own.session_id).one().await?;
    if !window.is_some_and(|window| is_open(window.opens_at, window.closes_at, theirs.now())) {
        return Ok(false);
    }
    let answered = evaluation_answered::Column::RegistrationId.eq(own.id);
    Ok(theirs.find::<evaluation_answered::Entity>().filter(answered).one().await?.is_none())
}

/// Whether the test after the session can be taken and was not begun.
async fn awaits_test(theirs: &Scope, own: &registration::Model) -> Result<bool> {
    let after = Condition::all()
        .add(session_test::Column::SessionId.eq(own.session_id))
        .add(session_test::Column::Stage.eq(Stage::After));
    let tests = theirs.find::<session_test::Entity>().filter(after).all().await?;
    let Some(test) = tests.into_iter().find(|test| is_open(test.opens_at, test.closes_at, theirs.now())) else {
        return Ok(false);
    };
    let taken = Condition::all()
        .add(test_attempt::Column::TestId.eq(test.id))
        .add(test_attempt::Column::RegistrationId.eq(own.id));
    Ok(theirs.find::<test_attempt::Entity>().filter(taken).one().await?.is_none())
}

fn is_open(from: DateTime<Utc>, until: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    from <= now && now < until
}
