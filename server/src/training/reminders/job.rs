//! Reminds those who take part. Which reminders there were is kept, so that each is given once, whichever server gives it.

use super::rules::{self, Reminder};
use crate::access::{Action, News, Result, Scope};
use chrono::{DateTime, TimeDelta, Utc};
use entity::session_reminder::{self, Model};
use entity::session_test::Stage;
use entity::training_session::{self, State};
use entity::{session_evaluation, session_test};
use sea_orm::{ColumnTrait, Condition};
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// By which a reminder is known.
type Key = (Uuid, String, DateTime<Utc>);

/// Gives the reminders whose time has come, so long ahead of what begins or ends. Answers how many there were.
///
/// The scope's viewer is the service that acts for [`Purpose::Placement`](crate::access::Purpose::Placement).
pub async fn run(scope: &Scope, ahead: TimeDelta) -> Result<u64> {
    let mut due = beginning(scope, ahead).await?;
    due.extend(awaited(scope, ahead).await?);
    let given = given(scope, &due).await?;
    scope.finish().await?;
    let mut number = 0;
    for reminder in due.into_iter().filter(|reminder| !given.contains(&key(reminder))) {
        number += u64::from(give(scope, reminder).await?);
    }
    Ok(number)
}

/// Gives a reminder unless another server has.
async fn give(scope: &Scope, reminder: Model) -> Result<bool> {
    let (session, news) = (reminder.session_id, reminder.news.clone());
    let write = scope.begin().await?;
    let first = write.insert_part_unless_there::<session_reminder::Entity>(reminder).await?;
    if let Some(news) = News::from_name(&news).filter(|_| first) {
        write.tell::<training_session::Entity>(news, session).await?;
        write.audit::<training_session::Entity>(session, Action::SessionReminded).await?;
        write.commit().await?;
    }
    Ok(first)
}

/// Sessions that begin soon.
async fn beginning(scope: &Scope, ahead: TimeDelta) -> Result<Vec<Model>> {
    use training_session::Column;
    let now = scope.now();
    let soon = Condition::all()
        .add(Column::State.is_in([State::Open, State::Closed]))
        .add(Column::StartsAt.gt(now))
        .add(Column::StartsAt.lte(now + ahead));
    let sessions = scope.find::<training_session::Entity>().filter(soon).all().await?;
    let reminder = |session: &training_session::Model| {
        let reminder = rules::of_beginning(session.starts_at, ahead, now)?;
        Some(row(session.id, session.organisation_id, reminder))
    };
    Ok(sessions.iter().filter_map(reminder).collect())
}

/// Evaluations that can be answered, and tests after a session that end soon.
async fn awaited(scope: &Scope, ahead: TimeDelta) -> Result<Vec<Model>> {
    let now = scope.now();
    let open = Condition::all()
        .add(session_evaluation::Column::OpensAt.lte(now))
        .add(session_evaluation::Column::ClosesAt.gt(now));
    let ending = Condition::all()
        .add(session_test::Column::Stage.eq(Stage::After))
        .add(session_test::Column::ClosesAt.gt(now))
        .add(session_test::Column::ClosesAt.lte(now + ahead));
    let mut due = Vec::new();
    for window in scope.find::<session_evaluation::Entity>().filter(open).all().await? {
        let reminders = rules::of_evaluation((window.opens_at, window.closes_at), ahead, now).into_iter();
        due.extend(reminders.map(|reminder| row(window.session_id, window.organisation_id, reminder)));
    }
    for test in scope.find::<session_test::Entity>().filter(ending).all().await? {
        let reminder = rules::of_end(News::TestAwaited, (test.opens_at, test.closes_at), ahead, now);
        due.extend(reminder.map(|reminder| row(test.session_id, test.organisation_id, reminder)));
    }
    let took_place = took_place(scope, &due).await?;
    Ok(due.into_iter().filter(|reminder| took_place.contains(&reminder.session_id)).collect())
}

/// Those of the sessions that were not called off.
async fn took_place(scope: &Scope, due: &[Model]) -> Result<HashSet<Uuid>> {
    let sessions: BTreeSet<Uuid> = due.iter().map(|reminder| reminder.session_id).collect();
    let sessions = scope.find::<training_session::Entity>().by_keys(sessions);
    let sessions = sessions.filter(training_session::Column::State.ne(State::Cancelled)).all().await?;
    Ok(sessions.into_iter().map(|session| session.id).collect())
}

/// What these sessions were reminded of.
async fn given(scope: &Scope, due: &[Model]) -> Result<HashSet<Key>> {
    let sessions: BTreeSet<Uuid> = due.iter().map(|reminder| reminder.session_id).collect();
    let given = scope.find::<session_reminder::Entity>().filter(session_reminder::Column::SessionId.is_in(sessions));
    Ok(given.all().await?.iter().map(key).collect())
}

fn row(session_id: Uuid, organisation_id: Uuid, (news, about): Reminder) -> Model {
    Model { session_id, news: news.as_str().to_owned(), about, organisation_id }
}

fn key(reminder: &Model) -> Key {
    (reminder.session_id, reminder.news.clone(), reminder.about)
}
