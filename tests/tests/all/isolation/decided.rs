//! What the Centre decides in the walk beside the way of a report: who was reported twice, whose identity is opened, reviewed and
//! exported, who is to be erased.

use super::planted::{AUTHORS, Marks, Planted, key, mark, marks, sign_in};
use crate::steps::{content, done, list, step, submit, text};
use serde_json::{Value, json};
use tests::{Client, Server};

/// Decides all of it.
pub(super) async fn decide(server: &Server, planted: &mut Planted) {
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let twice = reported_twice(server, &supervisor, planted).await;
    join(&supervisor, &planted.of(0, "open").ids[0].clone(), &twice).await;
    open(server, &supervisor, planted).await;
    erase(server, &supervisor, planted).await;
}

fn why(source: usize, class: &str, what: &str) -> String {
    format!("{} {what}", mark(source, class))
}

/// Somebody whom the school has reported twice, and why the Centre says that they are two. Answers one of the reports.
async fn reported_twice(server: &Server, supervisor: &Client, planted: &mut Planted) -> Value {
    let author = sign_in(server, AUTHORS[0]).await;
    let earlier = submit(&author, &text(&key(0, "twice-earlier")), content("seen twice")).await;
    let later = submit(&author, &text(&key(0, "twice-later")), content("seen twice")).await;
    let found = crate::duplicates::proposed(supervisor, &later.id, 1).await.remove(0);
    for mutation in ["dismissPossibleDuplicate", "reopenPossibleDuplicate", "dismissPossibleDuplicate"] {
        let decision = json!({ "possibleDuplicateId": found["id"], "reason": why(0, "twice.reason", mutation) });
        done(supervisor, mutation, "__typename", decision).await;
    }
    let known = Marks { source: 0, class: "twice.known".to_owned(), texts: vec![text(&found["id"])] };
    planted.marks.extend([known, marks(0, "twice.reason")]);
    planted.others.push((0, "twice", vec![earlier.id.clone(), later.id]));
    earlier.id
}

/// Joins a report to another, which was a mistake.
async fn join(supervisor: &Client, report: &Value, into: &Value) {
    let join = json!({ "intoReportId": into, "reason": why(0, "open.reason", "joinReport") });
    step(supervisor, "joinReport", report, join).await;
    step(supervisor, "undoJoin", report, json!({ "reason": why(0, "open.reason", "undoJoin") })).await;
}

/// An export for the person itself, emergency access that has ended, and what the review says of openings.
async fn open(server: &Server, supervisor: &Client, planted: &mut Planted) {
    let export =
        json!({ "personId": planted.of(0, "accepted").ids[1], "reason": why(0, "accepted.opening", "export") });
    done(supervisor, "exportPerson", "export", export).await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    let reference = &planted.of(2, "accepted").references[0];
    let emergency = json!({ "idempotencyKey": key(2, "emergency"), "reportReference": reference,
        "reason": why(2, "accepted.emergency", "at night") });
    let opened = done(&worker, "openIdentityInEmergency", "opening { id }", emergency).await;
    done(&worker, "closeIdentity", "opening { id }", json!({ "openingId": opened["opening"]["id"] })).await;
    let officer = server.sign_in_as("protection@centre.example").await;
    let document = "{ identityOpenings(first: 100) { nodes { id reportId } } }";
    let found = officer.query(document, ()).await.expect_no_errors().data()["identityOpenings"]["nodes"].clone();
    for (source, class) in [(0, "accepted.review"), (2, "accepted.review")] {
        let report = &planted.of(source, "accepted").ids[0];
        for opening in list(&found).iter().filter(|opening| opening["reportId"] == *report) {
            let review =
                json!({ "openingId": opening["id"], "review": "NOT_IN_ORDER", "remark": why(source, class, "remark") });
            done(&officer, "reviewIdentityOpening", "opening { id }", review).await;
        }
        planted.marks.push(marks(source, class));
    }
    planted.marks.push(marks(2, "accepted.emergency"));
}

/// A person whose erasure was asked for, held back and released, of a report of which nothing else is marked.
async fn erase(server: &Server, supervisor: &Client, planted: &mut Planted) {
    let author = sign_in(server, AUTHORS[0]).await;
    let report = submit(&author, &text(&key(0, "to-be-erased")), content("seen and closed")).await;
    step(supervisor, "closeReport", &report.id, json!({ "reason": "nothing of it" })).await;
    let ask = json!({ "idempotencyKey": key(0, "erasure"), "personIds": [report.person],
        "reason": why(0, "asked.erasure", "request") });
    let asked = done(supervisor, "requestErasure", "erasures { id }", ask).await;
    for mutation in ["holdErasure", "releaseErasure", "holdErasure"] {
        let decision = json!({ "erasureId": asked["erasures"][0]["id"], "reason": why(0, "asked.erasure", mutation) });
        done(supervisor, mutation, "erasures { id }", decision).await;
    }
    planted.marks.push(marks(0, "asked.erasure"));
    planted.others.push((0, "asked", vec![report.id, report.person]));
}
