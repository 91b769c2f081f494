//! Every column that can hold a text or bytes: it is sealed, or stands here with the reason why it is not.

use super::network::{Network, for_each_table};
use crate::access::Policy;
use crate::access::sealing::{KeyOf, Seal};
use sea_orm::sea_query::ColumnType;
use sea_orm::{ColumnTrait, EntityTrait, IdenStatic, Iterable, ModelTrait, Value};
use std::collections::BTreeSet;

/// A sealed column, and whether its key is that of a report or person, so that it goes with them.
pub(crate) struct SealedColumn {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) of_matter: bool,
}

/// The sealed columns of all tables.
pub(crate) fn sealed_columns() -> Vec<SealedColumn> {
    let mut found = Vec::new();
    macro_rules! collect {
        ($($table:ident),*) => {$(found.extend(of_table::<entity::$table::Entity>());)*};
    }
    for_each_table!(collect);
    found
}

fn of_table<E: Policy>() -> Vec<SealedColumn> {
    let Some(Seal { columns, key, .. }) = E::SEAL else { return Vec::new() };
    let of_matter = !matches!(key, KeyOf::Organisation | KeyOf::OrganisationOnce);
    columns.iter().map(|column| SealedColumn { table: E::TABLE, column: column.as_str(), of_matter }).collect()
}

/// What is kept in plain, by table, with the reason why. A column that holds one of several values of an enum is none of them.
const PLAIN: &[(&str, &[&str], &str)] = &[
    ("account", &["issuer", "subject", "email"], "by which somebody who signs in is known: the gate asks for it"),
    ("attachment", &["object"], "a random name in the store"),
    ("attachment", &["digest"], "a digest under a key of its own"),
    ("audit_checkpoint", &["hash", "key_id", "signature"], "evidence, which says nothing of what it proves"),
    ("audit_event", &["action", "object_type"], CODE),
    ("audit_link", &["digest", "hash"], "evidence, which says nothing of what it proves"),
    ("calendar_feed", &["secret_hash"], "a digest of a random secret"),
    ("calendar_feed", &["language"], CODE),
    ("case", &["reference"], "a random number"),
    ("case", &["exploitation_forms"], CODE),
    ("certificate", &["number"], "a random number"),
    ("certificate_content", &["holder"], PARTICIPANT),
    ("certificate_content", &["title", "accreditor", "accreditation_number", "organiser"], TRAINING),
    ("delivery", &["news", "object_type"], CODE),
    ("evaluation", &["marks"], "codes and marks, with nobody's name"),
    ("idempotency_key", &["key"], "the words by which a client knows its own request"),
    ("idempotency_key", &["operation"], CODE),
    ("identity_opening", &["report_reference"], "a random number"),
    ("index_key", &["master_key_id"], "the id of a key"),
    ("index_key", &["wrapped"], WRAPPED),
    ("indicator", &["code"], CODE),
    ("indicator_set_version", &["set_code", "version", "definition"], "published lists"),
    ("match_key", &["digest"], "a digest under the key of the blind indexes"),
    ("match_subject", &["municipality_code"], CODE),
    ("material", &["title", "language", "about", "address"], TRAINING),
    ("membership", &["email", "client_id", "name", "function"], "by which members sign in and find each other"),
    ("membership", &["roles"], CODE),
    ("notification", &["news", "object_type"], CODE),
    ("notification_preference", &["language"], CODE),
    ("organisation", &["name", "municipality_code"], "institutions are public"),
    ("organisation_key", &["master_key_id"], "the id of a key"),
    ("organisation_key", &["wrapped"], WRAPPED),
    ("outbox", &["news", "object_type"], CODE),
    ("person", &["citizenship", "language"], CODE),
    ("person", &["sealing_key"], WRAPPED),
    ("possible_duplicate", &["reasons"], CODE),
    ("printed_material", &["item", "language", "recipient"], TRAINING),
    ("programme", &["title", "topic", "accreditor", "accreditation_number"], TRAINING),
    ("question", &["text", "options", "right_options", "expected", "topic", "indicator_set"], TRAINING),
    ("registration", &["name", "function"], PARTICIPANT),
    ("report", &["reference"], "a random number"),
    ("report", &["section_revisions", "municipality_code", "suspected_forms"], CODE),
    ("report", &["sealing_key"], WRAPPED),
    ("report_bar", &["objects"], "keys of rows"),
    ("report_deadline", &["started_in"], CODE),
    ("report_event", &["transition"], CODE),
    ("session", &["token_hash"], "a digest of a random secret"),
    ("session_audience", &["district_code"], CODE),
    ("session_reminder", &["news"], CODE),
    ("sign_in_attempt", &["state_hash"], "a digest of a random secret"),
    (
        "sign_in_attempt",
        &["nonce", "pkce_verifier"],
        "random, and of use to nobody when the attempt has ended, some minutes later",
    ),
    ("sign_in_attempt", &["return_to"], "a path of this service, or of a page beside it"),
    ("test_attempt", &["option_order", "scores"], "positions and numbers"),
    ("test_question", &["text", "options"], TRAINING),
    ("training_day", &["code_secret"], "random; whoever has it can say that somebody was there, and learns nothing"),
    ("training_session", &["municipality_code", "language", "indicator_sets"], CODE),
    (
        "training_session",
        &["title", "topic", "venue", "online_address", "partners", "donor", "organiser", "trainer_names"],
        TRAINING,
    ),
    ("webhook", &["url"], "where a partner's own software is; what it is sent says only which report has news"),
];

const CODE: &str = "codes of a published list or of this program";
const WRAPPED: &str = "a key, wrapped";
const TRAINING: &str = "of a training: nothing of a person of concern, and what is taught is no secret";
const PARTICIPANT: &str = "of a professional who is taught: lists and certificates are sorted and searched by it";

/// The columns of a table that take a text or bytes which are not one of an enum's values.
fn free_columns<E: Policy>(row: &E::Model) -> Vec<&'static str> {
    let takes = |column: E::Column| {
        let structured =
            |ty: &ColumnType| matches!(ty, ColumnType::Json | ColumnType::JsonBinary | ColumnType::Array(_));
        let fits = |value: Value| row.clone().try_set(column, value).is_ok();
        structured(column.def().get_column_type())
            || fits(Value::String(Some("no value of any enum".to_owned())))
            || fits(Value::Bytes(Some(b"no key of any row".to_vec())))
    };
    <E as EntityTrait>::Column::iter().filter(|column| takes(*column)).map(|column| column.as_str()).collect()
}

#[test]
fn every_text_is_sealed_or_in_plain_for_a_reason() {
    let network = Network::new();
    let mut free = BTreeSet::new();
    macro_rules! collect {
        ($($table:ident),*) => {$({
            type Entity = entity::$table::Entity;
            let row = &network.$table.first().expect("every table has rows in the network").model;
            free.extend(free_columns::<Entity>(row).into_iter().map(|column| (<Entity as Policy>::TABLE, column)));
        })*};
    }
    for_each_table!(collect);
    let sealed: BTreeSet<(&str, &str)> = sealed_columns().iter().map(|sealed| (sealed.table, sealed.column)).collect();
    let mut plain = BTreeSet::new();
    for (table, columns, _reason) in PLAIN {
        for column in *columns {
            assert!(plain.insert((*table, *column)), "{table}.{column} stands here twice");
        }
    }
    assert_eq!(sealed.intersection(&plain).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new(), "is sealed");
    let known: BTreeSet<(&str, &str)> = sealed.union(&plain).copied().collect();
    let (new, gone): (Vec<_>, Vec<_>) = (free.difference(&known).collect(), known.difference(&free).collect());
    assert!(new.is_empty(), "seal them in their policy, or say here why they are kept in plain: {new:?}");
    assert!(gone.is_empty(), "there are no such columns for texts: {gone:?}");
}
