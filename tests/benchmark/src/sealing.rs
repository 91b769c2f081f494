//! The seal, written by hand: what the server keeps sealed is sealed here in bulk, and opened by the handler written by hand.

use crate::{Result, time};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use chacha20poly1305::aead::{Aead, Generate, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sqlx::{AssertSqlSafe, PgConnection, Row};
use std::collections::HashMap;
use std::path::Path;
use uuid::Uuid;

/// Tables with their sealed columns, and the column that names the row whose key seals them.
const SEALED: [(&str, &[&str], &str); 3] = [
    (
        "report",
        &[
            "reporter_function",
            "reporter_contact",
            "on_behalf_of",
            "observations",
            "place",
            "exploitation_place",
            "actions_taken",
        ],
        "id",
    ),
    (
        "person",
        &["pseudonym", "communication_need", "guardian", "contact_channel", "contact_time", "contact_caution"],
        "id",
    ),
    ("ticked_indicator", &["remark"], "person_id"),
];

/// A cipher with one of the keys.
pub struct Cipher(XChaCha20Poly1305);

impl Cipher {
    fn new(key: &Key) -> Self {
        Self(XChaCha20Poly1305::new(key))
    }

    fn seal(&self, place: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce = XNonce::generate();
        let sealed = self.0.encrypt(&nonce, Payload { msg: plain, aad: place }).expect("short texts");
        [&[1], nonce.as_slice(), &sealed].concat()
    }

    fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, msg) = sealed.get(1..).and_then(|rest| rest.split_at_checked(24)).ok_or("too short")?;
        let opened = self.0.decrypt(&XNonce::try_from(nonce)?, Payload { msg, aad: place });
        opened.map_err(|_| "something sealed does not open".into())
    }

    /// Opens a key that was wrapped with this one.
    pub fn unwrap(&self, table: &str, column: &str, row: Uuid, organisation: Uuid, wrapped: &[u8]) -> Result<Self> {
        let key = self.open(&place(table, column, row, organisation), wrapped)?;
        Ok(Self::new(&Key::try_from(key.as_slice())?))
    }

    /// Opens the text of a column; an empty one is not sealed.
    pub fn text(&self, table: &str, column: &str, row: Uuid, organisation: Uuid, text: String) -> Result<String> {
        if text.is_empty() {
            return Ok(text);
        }
        let opened = self.open(&place(table, column, row, organisation), &STANDARD_NO_PAD.decode(text)?)?;
        Ok(String::from_utf8(opened)?)
    }
}

fn place(table: &str, column: &str, row: Uuid, organisation: Uuid) -> Vec<u8> {
    [table.as_bytes(), b"\0", column.as_bytes(), b"\0", row.as_bytes(), organisation.as_bytes()].concat()
}

/// A master key as the server reads it from its file.
pub struct MasterKey {
    name: String,
    cipher: Cipher,
}

impl MasterKey {
    /// Reads the file that `oslonac keys create` wrote.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file)?;
        let (name, key) = text.lines().next().and_then(|line| line.split_once(' ')).ok_or("no master key")?;
        let key = Key::try_from(STANDARD.decode(key)?.as_slice())?;
        Ok(Self { name: name.to_owned(), cipher: Cipher::new(&key) })
    }

    /// The keys of the organisations, by id.
    pub async fn organisation_keys(&self, connection: &mut PgConnection) -> Result<HashMap<Uuid, Cipher>> {
        let rows = sqlx::query("SELECT id, organisation_id, wrapped FROM organisation_key WHERE destroyed_at IS NULL")
            .fetch_all(connection)
            .await?;
        let unwrapped = |row: &sqlx::postgres::PgRow| -> Result<(Uuid, Cipher)> {
            let (id, organisation): (Uuid, Uuid) = (row.try_get(0)?, row.try_get(1)?);
            let wrapped: Vec<u8> = row.try_get(2)?;
            Ok((id, self.cipher.unwrap("organisation_key", "wrapped", id, organisation, &wrapped)?))
        };
        rows.iter().map(unwrapped).collect()
    }
}

/// Gives every organisation, report and person a key, and seals the texts.
pub async fn seal(connection: &mut PgConnection, master: &MasterKey) -> Result<()> {
    let mut organisations = HashMap::new();
    let ids: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM organisation").fetch_all(&mut *connection).await?;
    for organisation in ids {
        let (id, key) = (time::new_key(), Key::generate());
        let wrapped = master.cipher.seal(&place("organisation_key", "wrapped", id, organisation), &key);
        let sql = "INSERT INTO organisation_key (id, organisation_id, master_key_id, wrapped, created_at)
                   VALUES ($1, $2, $3, $4, now())";
        let insert = sqlx::query(sql).bind(id).bind(organisation).bind(&master.name).bind(wrapped);
        insert.execute(&mut *connection).await?;
        organisations.insert(organisation, (id, Cipher::new(&key)));
    }
    let mut records = HashMap::new();
    for table in ["report", "person"] {
        make_keys(connection, table, &organisations, &mut records).await?;
    }
    for (table, columns, owner) in SEALED {
        for column in columns {
            seal_column(connection, table, column, owner, &records).await?;
        }
    }
    Ok(())
}

async fn make_keys(
    connection: &mut PgConnection,
    table: &str,
    organisations: &HashMap<Uuid, (Uuid, Cipher)>,
    records: &mut HashMap<Uuid, Cipher>,
) -> Result<()> {
    let sql = format!("SELECT id, organisation_id FROM {table}");
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut *connection).await?;
    let (mut ids, mut key_ids, mut wrapped) = (Vec::new(), Vec::new(), Vec::new());
    for (id, organisation) in rows {
        let ((key_id, outer), key) = (&organisations[&organisation], Key::generate());
        ids.push(id);
        key_ids.push(*key_id);
        wrapped.push(outer.seal(&place(table, "sealing_key", id, organisation), &key));
        records.insert(id, Cipher::new(&key));
    }
    let sql = format!(
        "UPDATE {table} SET sealing_key_id = made.key_id, sealing_key = made.wrapped
         FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS made (id, key_id, wrapped) WHERE {table}.id = made.id"
    );
    sqlx::query(AssertSqlSafe(sql)).bind(ids).bind(key_ids).bind(wrapped).execute(connection).await?;
    Ok(())
}

async fn seal_column(
    connection: &mut PgConnection,
    table: &str,
    column: &str,
    owner: &str,
    records: &HashMap<Uuid, Cipher>,
) -> Result<()> {
    let sql = format!("SELECT id, organisation_id, {owner}, {column} FROM {table} WHERE {column} <> ''");
    let rows: Vec<(Uuid, Uuid, Uuid, String)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut *connection).await?;
    let sealed = |(id, organisation, owner, text): (Uuid, Uuid, Uuid, String)| {
        let sealed = records[&owner].seal(&place(table, column, id, organisation), text.as_bytes());
        (id, STANDARD_NO_PAD.encode(sealed))
    };
    let (ids, texts): (Vec<Uuid>, Vec<String>) = rows.into_iter().map(sealed).unzip();
    let sql = format!(
        "UPDATE {table} SET {column} = sealed.text
         FROM unnest($1::uuid[], $2::text[]) AS sealed (id, text) WHERE {table}.id = sealed.id"
    );
    sqlx::query(AssertSqlSafe(sql)).bind(ids).bind(texts).execute(connection).await?;
    Ok(())
}
