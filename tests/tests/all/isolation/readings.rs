//! Who reads is known: whatever answer shows a text about a report or its persons, the audit trail has a row about that report or
//! one of those persons with the answer's own `X-Request-Id`. Which fields that are is asked of nobody.

use super::canary::Search;
use super::planted::{Planted, is_typed};
use super::walk::Answer;
use crate::steps::text;
use std::collections::{BTreeMap, BTreeSet};
use tests::{Contract, Storage};
use type_safe_id::{DynamicType, TypeSafeId};

/// Readings of texts of reports, and the rows of the trail.
pub(super) struct Readings {
    /// The keys of a report and of what belongs to it, by source and first word of a class.
    matters: BTreeMap<(usize, String), BTreeSet<String>>,
    /// Events are requests of their own, under ids that no answer names.
    subscriptions: BTreeSet<String>,
    /// What was shown: the request, whose data, the class and the root field.
    shown: BTreeSet<(String, usize, String, String)>,
}

impl Readings {
    pub(super) fn of(planted: &Planted, contract: &Contract) -> Readings {
        let mut matters: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        let known = planted.known.iter().map(|(source, kind, known)| (*source, *kind, &known.ids));
        for (source, kind, ids) in known.chain(planted.others.iter().map(|(source, kind, ids)| (*source, *kind, ids))) {
            matters.entry((source, kind.to_owned())).or_default().extend(ids.iter().map(|id| key(&text(id))));
        }
        let subscriptions = contract.fields("Subscription").iter().map(|field| field.name.clone()).collect();
        Readings { matters, subscriptions, shown: BTreeSet::new() }
    }

    /// Takes down what these answers show.
    pub(super) fn take_down(&mut self, search: &Search<'_>, answers: &[Answer]) {
        for answer in answers.iter().filter(|answer| !self.subscriptions.contains(&answer.field)) {
            let Some(request) = answer.response.header("x-request-id") else { continue };
            for (marks, mark, _) in search.in_answer(answer) {
                let kind = marks.class.split('.').next().unwrap_or_default().to_owned();
                if is_typed(mark) && self.matters.contains_key(&(marks.source, kind)) {
                    let request = request.replace('-', "");
                    self.shown.insert((request, marks.source, marks.class.clone(), answer.field.clone()));
                }
            }
        }
    }

    /// What was shown without a row.
    pub(super) async fn unnoticed(&self, storage: &Storage, postgres: bool) -> Vec<String> {
        let hex = |column: &str| match postgres {
            true => format!("coalesce(replace({column}::text, '-', ''), '')"),
            false => format!("coalesce(lower(hex({column})), '')"),
        };
        let sql =
            format!("SELECT {} || ' ' || {} || ' ' || action FROM audit_event", hex("request_id"), hex("object_id"));
        let rows = storage.texts(&sql).await;
        let mut rows_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for row in &rows {
            let (request, about) = row.split_once(' ').expect("a row as it was asked for");
            let (object, action) = about.split_once(' ').expect("a row as it was asked for");
            // Whoever reads the trail itself leaves that, and no row for each row.
            rows_of.entry(request).or_default().insert(if action == "audit_trail.read" { TRAIL } else { object });
        }
        assert!(self.shown.len() > 100, "texts were shown: {}", self.shown.len());
        let noticed = |request: &str, source: usize, class: &str| {
            let kind = class.split('.').next().unwrap_or_default().to_owned();
            let keys = &self.matters[&(source, kind)];
            rows_of.get(request).is_some_and(|rows| rows.iter().any(|row| *row == TRAIL || keys.contains(*row)))
        };
        let unnoticed = self.shown.iter().filter(|(request, source, class, _)| !noticed(request, *source, class));
        let unnoticed: BTreeSet<_> = unnoticed.map(|(_, _, class, field)| format!("{field} shows {class}")).collect();
        unnoticed.into_iter().collect()
    }
}

const TRAIL: &str = "the trail";

/// The key in an id, as letters and digits.
fn key(id: &str) -> String {
    let id: TypeSafeId<DynamicType> = id.parse().expect("an id");
    id.uuid().simple().to_string()
}
