//! What a scope notes, counts and remembers.

use crate::access::{Action, Purpose};
use crate::ids::ObjectType;
use crate::testing::World;
use entity::{audit_event, organisation};
use sea_orm::ColumnTrait;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

#[tokio::test]
async fn what_was_read_is_written_down_with_its_request() {
    let world = World::new().await;
    let (scope, key) = (world.scope("iva").await, Uuid::from_u128(7));
    scope.note_read(Action::ReportRead, ObjectType::Report, key);
    scope.finish().await.expect("ends");
    let about = world.scope("petar").await.find::<audit_event::Entity>();
    let rows = about.filter(audit_event::Column::ObjectId.eq(key)).all().await.expect("rows");
    let [row] = &rows[..] else { panic!("one row: {rows:?}") };
    assert_eq!((row.action.as_str(), row.request_id), (Action::ReportRead.as_str(), scope.request_id()));
    assert_eq!(row.membership_id, Some(scope.viewer().membership_id()));
}

#[tokio::test]
async fn its_statements_are_counted_with_those_of_its_writing() {
    let world = World::new().await;
    let scope = world.scope("iva").await;
    let read = async || scope.find::<organisation::Entity>().count().await.expect("a number");
    read().await;
    scope.finish().await.expect("ends");
    assert_eq!(scope.statements(), 3, "it begins, asks and ends");
    read().await;
    scope.note_read(Action::ReportRead, ObjectType::Report, Uuid::from_u128(7));
    scope.finish().await.expect("ends");
    assert_eq!(
        scope.statements(),
        3 + 5,
        "SQLite writes in a transaction of its own: begins, asks, begins, adds, ends"
    );
    let write = scope.begin().await.expect("begins");
    write.commit().await.expect("commits");
    assert_eq!(scope.statements(), 3 + 5 + 2, "it begins and ends");
}

#[tokio::test]
async fn what_has_been_committed_is_read_in_a_transaction_of_its_own() {
    let world = World::new().await;
    let write = world.scope("iva").await.begin().await.expect("begins");
    let scope = (*write).clone();
    write.commit().await.expect("commits");
    assert!(scope.find::<organisation::Entity>().count().await.expect("it opens another") > 0);
}

#[tokio::test]
async fn for_the_trail_a_report_is_found_by_its_reference() {
    let world = World::new().await;
    world.submit_from_two(serde_json::json!([])).await;
    let report =
        world.scope("iva").await.find::<entity::report::Entity>().one().await.expect("rows").expect("a report");
    let reference = report.reference.expect("it was submitted");
    // A case worker sees no report that is not assigned to it.
    let worker = world.scope("goran").await;
    assert_eq!(worker.key_for_the_trail(&reference).await.expect("an answer"), Some(report.id));
    assert_eq!(worker.key_for_the_trail("no such reference").await.expect("an answer"), None);
}

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics with it").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn what_does_not_open_is_named_in_the_log_once() {
    let (world, log) = (World::new().await, Log::default());
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let scope = world.service(Purpose::KeyKeeping);
    for what in ["observations of a report", "names of a person", "observations of a report"] {
        scope.note_unreadable(what.to_owned());
    }
    let lines = String::from_utf8(log.0.lock().expect("nobody panics with it").clone()).expect("text");
    for what in ["observations of a report", "names of a person"] {
        assert_eq!(lines.matches(what).count(), 1, "{lines}");
    }
}
