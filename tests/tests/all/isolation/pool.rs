//! Ids that somebody can name, by their types: gathered from what lists show, and from whatever mutations answer.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Below, Client, Contract};

/// Types of which everybody sees some: that one of them stands in a list beside something else says nothing about whose that is.
const COMMON: [&str; 4] = ["organisation", "membership", "programme", "indicator_set"];

/// The fields in which names stand.
pub(super) const NAMES: [&str; 3] = ["id", "reference", "uploadPath"];

/// What can be named.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    /// What must not come in.
    taboo: BTreeSet<String>,
    /// By type, the newest last.
    ids: BTreeMap<String, Vec<String>>,
    /// References of reports.
    pub(super) references: Vec<Value>,
    /// What came together.
    families: Vec<BTreeSet<String>>,
}

/// The type of an id; nothing where it is none.
pub(super) fn type_of(id: &str) -> Option<&str> {
    let (prefix, suffix) = id.rsplit_once('_')?;
    let fits = suffix.len() == 26 && suffix.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    let is_name = !prefix.is_empty() && prefix.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase());
    (fits && is_name).then_some(prefix)
}

/// The texts in a value, however deep.
fn texts_in<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(values) => values.iter().for_each(|value| texts_in(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts_in(value, found)),
        _ => {}
    }
}

fn ids_in(value: &Value) -> BTreeSet<String> {
    let mut texts = Vec::new();
    texts_in(value, &mut texts);
    texts.into_iter().filter(|text| type_of(text).is_some()).map(str::to_owned).collect()
}

impl Pool {
    /// A pool into which nothing of another comes.
    pub(super) fn without(other: &Pool) -> Pool {
        let taboo = other.ids.values().flatten().cloned().collect();
        Pool { taboo, ..Pool::default() }
    }

    /// Takes one thing out of a list, with what belongs to it; not where it belongs to whom nothing may come in. That two may have
    /// reported the same person stands for both.
    pub(super) fn take(&mut self, thing: &Value) {
        let ids = ids_in(thing);
        let theirs = |id: &&String| type_of(id).is_some_and(|ty| !COMMON.contains(&ty)) && self.taboo.contains(*id);
        let both = type_of(thing["id"].as_str().unwrap_or_default()) == Some("possible_duplicate");
        match ids.iter().any(|id| theirs(&id)) {
            true if both => self.add(&json!({ "id": thing["id"] })),
            true => {}
            false => self.add(thing),
        }
    }

    /// Adds whatever may come in. What was in already is the newest now.
    pub(super) fn add(&mut self, value: &Value) {
        let ids: BTreeSet<String> = ids_in(value).into_iter().filter(|id| !self.taboo.contains(id)).collect();
        for id in &ids {
            let of_type = self.ids.entry(type_of(id).unwrap_or_default().to_owned()).or_default();
            of_type.retain(|known| known != id);
            of_type.push(id.clone());
        }
        if ids.len() > 1 {
            self.families.push(ids);
        }
        let mut texts = Vec::new();
        texts_in(value, &mut texts);
        for reference in texts.into_iter().filter(|text| text.starts_with("PI-")).map(|text| json!(text)) {
            if !self.references.contains(&reference) {
                self.references.push(reference);
            }
        }
    }

    /// All of a type.
    pub(super) fn of_type(&self, ty: &str) -> impl Iterator<Item = Value> {
        self.ids.get(ty).into_iter().flatten().map(|id| json!(id))
    }

    /// How many there are of a type.
    pub(super) fn count(&self, ty: &str) -> usize {
        self.ids.get(ty).map_or(0, Vec::len)
    }

    /// One of a type, the newest first.
    pub(super) fn one(&self, ty: &str, number: usize) -> Option<&String> {
        let of_type = self.ids.get(ty).filter(|ids| !ids.is_empty())?;
        of_type.iter().rev().nth(number % of_type.len())
    }

    /// One of a type that came together with something else.
    pub(super) fn beside(&self, ty: &str, other: &str, number: usize) -> Option<&String> {
        let families = self.families.iter().filter(|family| family.contains(other));
        let mates: BTreeSet<&String> = families.flatten().filter(|id| type_of(id) == Some(ty)).collect();
        mates.iter().rev().nth(number % mates.len().max(1)).copied()
    }

    /// The newest of each type, but for those that everybody may see.
    pub(super) fn newest(&self) -> Vec<Value> {
        let types = self.ids.keys().filter(|ty| !matches!(ty.as_str(), "organisation" | "programme"));
        types.filter_map(|ty| self.one(ty, 0)).map(|id| json!(id)).collect()
    }
}

/// What somebody finds in every list and in everything else that can be asked for without arguments, except in the audit trail, which
/// names what others touched.
pub(super) async fn found_by(client: &Client, contract: &Contract, page: usize) -> Vec<Value> {
    let below = Below { leaves: Some(&NAMES), ..Below::of(page) };
    let mut things = Vec::new();
    for field in contract.fields("Query").iter().filter(|field| !field.needs_arguments() && field.name != "auditEvents")
    {
        let variables = if field.takes("first") { json!({ "first": page }) } else { json!({}) };
        let response = client.query(&contract.document_with("Query", field, 2, below), variables).await;
        let found = response.body()["data"][&field.name].clone();
        match (&found["nodes"], &found) {
            (Value::Array(nodes), _) | (_, Value::Array(nodes)) => things.extend(nodes.iter().cloned()),
            _ => things.push(found),
        }
    }
    things
}
