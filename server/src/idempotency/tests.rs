//! What a use of a key leaves in the database, and that it is recognised when keys have changed.

use super::{Once, digest};
use crate::access::sealing::{rotate, verify};
use crate::access::{Action, Purpose};
use crate::error::{Outcome, Stop};
use crate::ids;
use crate::testing::World;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use entity::{idempotency_key, membership};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// One use of a key by a member, as a mutation makes it.
async fn used(world: &World, name: &str, key: &str, input: &str) -> Outcome<Option<Uuid>> {
    let once = Once::of_bytes("submitReport", key, input.as_bytes());
    let write = world.scope(name).await.begin().await?;
    let claimed = once.claim(&write, ids::new_key(write.now())).await?;
    if claimed.is_none() {
        write.audit::<membership::Entity>(write.viewer().membership_id(), Action::RolesChanged).await?;
        write.commit().await?;
    }
    Ok(claimed)
}

/// The rows as they are kept: what removes them opens nothing.
async fn kept(world: &World) -> Vec<idempotency_key::Model> {
    world.service(Purpose::Expiry).find::<idempotency_key::Entity>().all().await.expect("rows")
}

/// Changes the database behind the service's back.
async fn tamper(world: &World, sql: &'static str) {
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", world.file().display())).await.expect("connects");
    sqlx::raw_sql(sql).execute(&pool).await.expect("changes");
}

fn is_refused(outcome: &Outcome<Option<Uuid>>) -> bool {
    matches!(outcome, Err(Stop::Refused(_)))
}

#[tokio::test]
async fn what_is_kept_cannot_be_tried_out() {
    let world = World::new().await;
    let input = "да";
    for (name, key) in [("ana", "one-use-1"), ("ana", "another-use-2"), ("boris", "one-use-1")] {
        assert!(used(&world, name, key, input).await.expect("a use").is_none());
    }
    let rows = kept(&world).await;
    assert_eq!(rows.len(), 3);
    let file = [std::fs::read(world.file()), std::fs::read(world.file().with_extension("db-wal"))];
    let file: Vec<u8> = file.into_iter().flat_map(|part| part.unwrap_or_default()).collect();
    let holds = |bytes: &[u8]| file.windows(bytes.len()).any(|window| window == bytes);
    for row in &rows {
        assert!(holds(row.input_digest.as_bytes()), "this is a copy of what is kept");
        for guessed in [digest("submitReport", &row.key, input.as_bytes()), STANDARD.encode(Sha256::digest(input))] {
            let bytes = STANDARD_NO_PAD.decode(guessed.trim_end_matches('=')).expect("a digest");
            let shown = [guessed.trim_end_matches('=').as_bytes(), &bytes, hex::encode(&bytes).as_bytes()].map(&holds);
            assert_eq!(shown, [false; 3], "a guess is not confirmed");
        }
        let alike = rows.iter().filter(|other| other.input_digest == row.input_digest).count();
        assert_eq!(alike, 1, "nor is it seen that two inputs are the same");
    }
}

#[tokio::test]
async fn a_use_is_recognised_when_the_keys_have_changed() {
    let world = World::new().await;
    assert!(used(&world, "ana", "one-use-1", "the same").await.expect("a use").is_none());
    let created = kept(&world).await[0].result_id;
    for round in 0..3 {
        assert_eq!(used(&world, "ana", "one-use-1", "the same").await.expect("an answer"), Some(created), "{round}");
        assert!(is_refused(&used(&world, "ana", "one-use-1", "another").await), "{round}");
        let rotated = rotate(&world.service(Purpose::KeyKeeping), None, &|_| ()).await.expect("rotates");
        assert_eq!(rotated.organisations, 1, "only the school has written anything");
    }
    assert_eq!(kept(&world).await.len(), 1);
}

#[tokio::test]
async fn what_another_use_left_is_not_taken_for_this_one() {
    let world = World::new().await;
    for key in ["one-use-1", "another-use-2"] {
        assert!(used(&world, "ana", key, "the same").await.expect("a use").is_none());
    }
    let moved = "UPDATE idempotency_key SET input_digest =
        (SELECT input_digest FROM idempotency_key WHERE key = 'another-use-2') WHERE key = 'one-use-1'";
    tamper(&world, moved).await;
    let checked = verify(&world.service(Purpose::KeyKeeping), &|_| ()).await.expect("checks");
    let [what] = &checked.broken[..] else { panic!("one is in another's place: {:?}", checked.broken) };
    assert!(what.starts_with("idempotency_key.input_digest of "), "{what}");
    assert!(is_refused(&used(&world, "ana", "one-use-1", "the same").await), "moved");
    tamper(&world, "UPDATE idempotency_key SET input_digest = 'AAAA'").await;
    assert!(is_refused(&used(&world, "ana", "another-use-2", "the same").await), "replaced");
}
