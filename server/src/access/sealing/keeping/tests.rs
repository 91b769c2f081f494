//! Keys that are changed, broken off, damaged and destroyed.

use super::*;
use crate::access::sealing::{FileKey, Rewrapped, create_file, is_unreadable, open, rewrap_with_master};
use crate::access::{Purpose, Viewer};
use crate::testing::World;
use chrono::TimeDelta;
use entity::{attachment, audit_event, idempotency_key, person, report};
use serde_json::json;
use std::sync::Mutex;

/// Two reports of two schools with one person each.
async fn world() -> World {
    let world = World::new().await;
    let ticked = json!({ "set": "unodc-general", "code": "UN-G-01", "remark": "белешка" });
    world.submit_from_two(json!([ticked, { "set": "unodc-general", "code": "UN-G-02" }])).await;
    world
}

/// A scope of the same database, opened anew with the master keys that are in the file now.
async fn opened_anew(world: &World) -> Scope {
    Scope::new(world.opened_anew().await, Viewer::service(Purpose::KeyKeeping), world.clock, Uuid::nil())
}

async fn tamper(world: &World, sql: &str) {
    use sqlx::Connection as _;
    let url = format!("sqlite:{}", world.file().display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.expect("connects");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().await.expect("closes");
}

/// What does not open, by table, and how many rows were looked at.
async fn broken(scope: &Scope) -> (Vec<String>, u64) {
    let told = Mutex::new(0);
    let checked = verify(scope, &|rows| *told.lock().expect("nobody panicked") = rows).await.expect("checks");
    assert_eq!(*told.lock().expect("nobody panicked"), checked.rows);
    let mut tables: Vec<String> = checked.broken.iter().map(|what| what.replace(char::is_numeric, "")).collect();
    tables.iter_mut().for_each(|what| what.truncate(what.find([' ', '.']).unwrap_or_default()));
    tables.sort();
    (tables, checked.rows)
}

async fn in_use(scope: &Scope) -> Vec<organisation_key::Model> {
    keys(scope, None).await.expect("keys").into_iter().filter(|key| key.retired_at.is_none()).collect()
}

#[tokio::test]
async fn a_rotation_wraps_every_record_anew_and_says_how_many() {
    let world = world().await;
    let scope = world.service(Purpose::KeyKeeping);
    let before = in_use(&scope).await;
    let told = Mutex::new(Vec::new());
    let progress = |records| told.lock().expect("nobody panicked").push(records);
    let organisations = before.len() as u64;
    let done = rotate(&scope, None, &progress).await.expect("rotates");
    assert_eq!(done, Rotation { organisations, rows: 4, ..Rotation::default() });
    assert_eq!(*told.lock().expect("nobody panicked"), [1, 2, 3, 4]);
    assert_eq!(keys(&scope, None).await.expect("keys").len(), 2 * before.len());
    let school = before[0].organisation_id;
    let done = rotate(&scope, Some(school), &|_| ()).await.expect("rotates");
    assert_eq!(done, Rotation { organisations: 1, rows: 2, ..Rotation::default() });
    assert_eq!(broken(&opened_anew(&world).await).await.0, Vec::<String>::new());
}

async fn seal_only<E: Policy>(scope: &Scope, key: &organisation_key::Model) -> u64 {
    let mut done = Rotation::default();
    seal_table_anew::<E>(scope, key, &mut done, &|_| ()).await.expect("seals");
    done.rows
}

#[tokio::test]
async fn a_rotation_that_was_broken_off_is_finished_with_the_key_that_is_there() {
    let world = world().await;
    let scope = world.service(Purpose::KeyKeeping);
    for finished_before in ["nothing", "reports", "persons"] {
        let key = in_use(&scope).await.remove(0);
        replace(&scope, &key).await.expect("a new key");
        let new = in_use(&scope).await.into_iter().find(|new| new.organisation_id == key.organisation_id);
        let new = new.expect("a new key");
        let left = match finished_before {
            "reports" => 2 - seal_only::<report::Entity>(&scope, &new).await,
            "persons" => 2 - seal_only::<person::Entity>(&scope, &new).await,
            _ => 2,
        };
        let done = rotate(&scope, Some(key.organisation_id), &|_| ()).await.expect("rotates");
        assert_eq!(done, Rotation { finished: 1, rows: left, ..Rotation::default() }, "{finished_before}");
        assert!(in_use(&scope).await.contains(&new), "{finished_before}");
    }
}

#[tokio::test]
async fn a_key_that_wraps_nothing_is_destroyed_and_the_trail_says_so() {
    let world = world().await;
    let scope = world.service(Purpose::KeyKeeping);
    let key = in_use(&scope).await.remove(0);
    assert!(destroy(&scope, &key).await.is_err(), "it is in use");
    assert!(replace(&scope, &key).await.expect("another") && !replace(&scope, &key).await.expect("there is another"));
    let refused = destroy(&scope, &key).await.expect_err("rows are sealed with it").to_string();
    assert!(refused.ends_with("with this key: report (1), person (1)"), "{refused}");
    rotate(&scope, None, &|_| ()).await.expect("rotates");
    assert!(scope.keyring().at_hand(key.id).is_some());
    destroy(&scope, &key).await.expect("it wraps nothing");
    assert!(scope.keyring().at_hand(key.id).is_none(), "the memory does not keep it either");
    let kept = keys(&scope, None).await.expect("keys").into_iter().find(|kept| kept.id == key.id).expect("its row");
    assert!(kept.destroyed_at.is_some() && kept.wrapped.is_empty());
    let action = audit_event::Column::Action.eq(Action::KeyDestroyed.as_str());
    let trail = scope.find::<audit_event::Entity>().filter(action).count().await.expect("a number");
    assert_eq!(trail, 1);
    scope.finish().await.expect("ends");
    assert_eq!(broken(&opened_anew(&world).await).await.0, Vec::<String>::new());
    assert_eq!(to_rotate(&scope, None).await.expect("a number"), 4);
}

/// Servers go on with a key for a while after a rotation, and what they seal meanwhile is left for the next, which is one.
#[tokio::test]
async fn what_servers_sealed_meanwhile_is_no_rotation_that_was_broken_off() {
    let world = world().await;
    let scope = world.service(Purpose::KeyKeeping);
    let keys = in_use(&scope).await;
    let organisations = keys.len() as u64;
    for key in &keys {
        replace(&scope, key).await.expect("another");
    }
    let yesterday = (world.clock.now() - TimeDelta::hours(24)).format("%F %T+00:00");
    tamper(&world, &format!("UPDATE organisation_key SET created_at = '{yesterday}'")).await;
    let done = rotate(&scope, None, &|_| ()).await.expect("rotates");
    assert_eq!(done, Rotation { organisations, rows: 4, ..Rotation::default() });
}

#[tokio::test]
async fn what_does_not_open_is_named_and_keeps_no_other_from_its_rotation() {
    let world = world().await;
    tamper(&world, "UPDATE person SET sealing_key = x'00'").await;
    let scope = opened_anew(&world).await;
    let organisations = in_use(&scope).await.len() as u64;
    for _ in 0..2 {
        let done = rotate(&scope, None, &|_| ()).await.expect("rotates");
        assert_eq!((done.organisations, done.finished, done.rows), (organisations, 0, 2));
        assert_eq!(done.broken.len(), 2, "{:?}", done.broken);
        assert!(done.broken.iter().all(|what| what.starts_with("person.sealing_key of ")), "{:?}", done.broken);
    }
}

#[tokio::test]
async fn a_new_key_that_is_damaged_before_its_rotation_ended_stops_none() {
    let world = world().await;
    let scope = world.service(Purpose::KeyKeeping);
    let key = in_use(&scope).await.remove(0);
    assert!(replace(&scope, &key).await.expect("a new key"));
    let new = "organisation_id IN (SELECT organisation_id FROM organisation_key WHERE retired_at IS NOT NULL)";
    tamper(&world, &format!("UPDATE organisation_key SET wrapped = x'00' WHERE retired_at IS NULL AND {new}")).await;
    let scope = opened_anew(&world).await;
    let organisations = in_use(&scope).await.len() as u64;
    let done = rotate(&scope, None, &|_| ()).await.expect("rotates");
    assert_eq!((done.organisations, done.finished, done.rows), (organisations, 0, 4), "{:?}", done.broken);
}

#[tokio::test]
async fn a_key_that_was_marked_or_taken_away_by_hand_is_no_destroyed_one() {
    for (sql, expected) in [
        (
            "UPDATE organisation_key SET retired_at = created_at, destroyed_at = created_at, wrapped = x''",
            "organisation_key: 1 of",
        ),
        ("UPDATE report SET sealing_key_id = NULL", "report.sealing_key_id of"),
        ("UPDATE person SET sealing_key_id = NULL, sealing_key = x'', pseudonym = ''", "person.sealing_key_id of"),
    ] {
        let world = world().await;
        tamper(&world, sql).await;
        let checked = verify(&opened_anew(&world).await, &|_| ()).await.expect("checks");
        assert!(checked.broken.iter().any(|what| what.starts_with(expected)), "{sql}: {:?}", checked.broken);
    }
}

/// Who has no key of the other tenant could take its text for one whose key is destroyed, and show nothing in its place.
#[tokio::test]
async fn a_text_of_another_tenant_or_of_a_key_that_never_was_is_damaged_for_whoever_reads_it() {
    let anothers = "(SELECT input_digest FROM idempotency_key other WHERE other.organisation_id <> idempotency_key.organisation_id)";
    for other in [anothers, &format!("'{}'", "A".repeat(64))] {
        let world = world().await;
        let ana = world.scope("ana").await.viewer().clone();
        let whose = hex::encode(ana.membership_id().as_bytes());
        tamper(&world, &format!("UPDATE idempotency_key SET input_digest = {other} WHERE membership_id = x'{whose}'"))
            .await;
        let anew = Scope::new(world.opened_anew().await, ana, world.clock, Uuid::nil());
        let row = anew.find::<idempotency_key::Entity>().one().await.expect("rows").expect("her use of a key");
        assert!(is_unreadable(&row.input_digest), "{other}: {:?}", row.input_digest);
        assert_eq!(broken(&opened_anew(&world).await).await.0, ["idempotency_key"], "{other}");
    }
}

/// What a viewer holds no key of is not for it, and nothing is wrong with it.
#[tokio::test]
async fn a_text_of_a_tenant_whose_keys_the_reader_does_not_see_is_empty() {
    let world = world().await;
    let mut rows = world.service(Purpose::KeyKeeping).find::<idempotency_key::Entity>().all().await.expect("rows");
    let ana = world.scope("ana").await.viewer().clone();
    let own = ana.organisation_id();
    let reader = Scope::new(world.opened_anew().await, ana, world.clock, Uuid::nil());
    open::<idempotency_key::Entity>(&reader, rows.iter_mut().collect()).await.expect("opens");
    let empty: Vec<bool> = rows.iter().map(|row| row.input_digest.is_empty()).collect();
    assert_eq!(empty, rows.iter().map(|row| row.organisation_id != own).collect::<Vec<_>>());
    assert!(empty.contains(&true) && empty.contains(&false));
    assert!(!rows.iter().any(|row| is_unreadable(&row.input_digest)));
}

#[tokio::test]
async fn a_text_of_a_tenant_whose_keys_were_all_taken_away_is_damaged_for_whoever_keeps_them() {
    let world = world().await;
    tamper(&world, "PRAGMA foreign_keys = OFF; DELETE FROM organisation_key").await;
    let (tables, _) = broken(&opened_anew(&world).await).await;
    assert_eq!(tables.iter().filter(|table| *table == "idempotency_key").count(), 2, "{tables:?}");
}

/// Changes something of a report as it was read.
async fn change(world: &World, before: &report::Model) {
    let write = world.service(Purpose::Demonstration).begin().await.expect("begins");
    let after = report::Model { place: "други град".to_owned(), ..before.clone() };
    write.update_part::<report::Entity>(before, after).await.expect("changes");
    write.audit::<report::Entity>(before.id, Action::AttachmentAnnounced).await.expect("audits");
    write.commit().await.expect("commits");
}

async fn a_report(scope: &Scope) -> report::Model {
    let row = scope.find::<report::Entity>().one().await.expect("rows").expect("a report");
    scope.finish().await.expect("ends");
    row
}

/// The change would otherwise put its key back under that of the organisation that may be destroyed.
#[tokio::test]
async fn a_record_that_is_changed_keeps_the_wrapping_that_it_got_since_it_was_read() {
    let world = world().await;
    let read = a_report(&world.service(Purpose::Demonstration)).await;
    rotate(&world.service(Purpose::KeyKeeping), None, &|_| ()).await.expect("rotates");
    change(&world, &read).await;
    assert_eq!(broken(&opened_anew(&world).await).await.0, Vec::<String>::new());
}

#[tokio::test]
async fn a_change_leaves_a_damaged_text_as_it_is_kept() {
    let world = world().await;
    tamper(&world, "UPDATE report SET observations = 'AAAA'").await;
    let read = a_report(&world.service(Purpose::Demonstration)).await;
    assert!(is_unreadable(&read.observations));
    change(&world, &read).await;
    let scope = world.service(Purpose::KeyKeeping);
    let kept = scope.find::<report::Entity>().by_key(read.id).one().await.expect("rows").expect("the report");
    assert_eq!(kept.observations, "AAAA");
    assert!(!kept.place.is_empty(), "what was changed is sealed");
}

#[tokio::test]
async fn another_master_key_wraps_every_key_and_the_old_one_is_needed_no_more() {
    let world = world().await;
    let file = world.master_key_file();
    create_file(&file).expect("another key");
    let scope = opened_anew(&world).await;
    let all = keys(&scope, None).await.expect("keys").len() as u64 + 1;
    let wrapped = |keys| Rewrapped { keys, broken: Vec::new() };
    let done = rewrap_with_master(&scope).await.expect("wraps");
    assert_eq!(done, wrapped(all), "those of organisations, and that of the indexes");
    assert_eq!(rewrap_with_master(&scope).await.expect("wraps"), wrapped(0), "there is nothing left to do");
    let text = std::fs::read_to_string(&file).expect("two keys");
    let (new, old) = text.split_once('\n').expect("two lines");
    std::fs::write(&file, new).expect("the old one is taken out");
    let (nothing, rows) = broken(&opened_anew(&world).await).await;
    assert_eq!(nothing, Vec::<String>::new());
    std::fs::write(&file, old).expect("the new one is taken out");
    let (tables, with_the_old_one) = broken(&opened_anew(&world).await).await;
    assert_eq!(with_the_old_one, rows);
    assert_eq!(
        tables.iter().filter(|table| ["organisation_key", "index_key"].contains(&&***table)).count() as u64,
        all
    );
}

#[tokio::test]
async fn a_key_that_does_not_open_is_named_once_and_with_it_each_row_that_has_text() {
    let world = world().await;
    tamper(&world, "UPDATE person SET sealing_key = x'00'").await;
    let scope = opened_anew(&world).await;
    let checked = verify(&scope, &|_| ()).await.expect("checks");
    let named = |what: &str| checked.broken.iter().filter(|words| words.starts_with(what)).count();
    assert_eq!(named("person.sealing_key of "), 2, "{:?}", checked.broken);
    assert_eq!((named("person_identity "), named("ticked_indicator ")), (2, 2), "{:?}", checked.broken);
    assert_eq!(checked.broken.len(), 6, "{:?}", checked.broken);
    assert!(
        checked.broken.iter().skip(2).all(|words| words.ends_with("the key that sealed it does not, or is not there"))
    );
}

#[tokio::test]
async fn the_key_of_a_file_is_found_by_who_reads_texts_and_by_who_does_not() {
    let world = world().await;
    let scope = world.scope("ana").await;
    let report = scope.find::<report::Entity>().one().await.expect("rows").expect("ana's report");
    let write = scope.begin().await.expect("begins");
    for (position, secret) in [(1, FileKey::new_secret()), (2, "c2hvcnQ".to_owned())] {
        let row = attachment::Model {
            id: Uuid::from_u128(position),
            organisation_id: report.organisation_id,
            report_id: report.id,
            author_id: scope.viewer().membership_id(),
            of_centre: false,
            position: i32::try_from(position).expect("a small number"),
            state: attachment::State::Expected,
            kind: None,
            size: 1,
            object: String::new(),
            digest: Vec::new(),
            secret,
            created_at: scope.now(),
            received_at: None,
        };
        write.insert_part::<attachment::Entity>(row).await.expect("inserts");
    }
    write.audit::<report::Entity>(report.id, Action::AttachmentAnnounced).await.expect("audits");
    write.commit().await.expect("commits");
    let mut signatures = Vec::new();
    for scope in [scope, world.service(Purpose::KeyKeeping)] {
        let find = scope.find::<attachment::Entity>().order(&[Order::ascending(attachment::Column::Position)]);
        let rows = find.all().await.expect("rows");
        let key = FileKey::of::<attachment::Entity>(&scope, &rows[0]).await.expect("a key");
        signatures.push(key.sign("a use", &[b"a part"]));
        assert!(FileKey::of::<attachment::Entity>(&scope, &rows[1]).await.is_err(), "its secret is too short");
    }
    assert_eq!(signatures[0], signatures[1]);
}
