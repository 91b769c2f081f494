//! Who is told of what, and when.

use crate::steps::{content, done, own_membership, step, submit};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Client, Database, Server, Socket};

const QUEUE: &str = "subscription { triageQueueChanged { report { id reference state urgency } } }";
const REPORT: &str = "subscription R($id: ID!) { reportChanged(id: $id) { id status revision updatedAt } }";

/// Long enough for what must not come.
pub(super) const A_WHILE: Duration = Duration::from_millis(700);

/// A socket that waits for changes of the queue, and has been told that it does.
pub(super) async fn at_the_queue(client: &Client) -> Socket {
    let mut socket = client.socket().await;
    socket.subscribe("queue", QUEUE, ()).await;
    assert_eq!(socket.next("queue").await, json!({ "triageQueueChanged": { "report": null } }));
    socket
}

async fn watching(client: &Client, id: &Value) -> Socket {
    let mut socket = client.socket().await;
    socket.subscribe("report", REPORT, json!({ "id": id })).await;
    assert_eq!(socket.next("report").await["reportChanged"]["id"], *id, "it is told at once");
    socket
}

#[rstest]
#[tokio::test]
async fn an_urgent_report_rings_in_the_queue_within_a_second(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let mut officer = at_the_queue(&server.sign_in_as("intake@centre.example").await).await;
    let mut supervisor = at_the_queue(&server.sign_in_as("supervisor@centre.example").await).await;
    let mut worker = at_the_queue(&server.sign_in_as("caseworker@centre.example").await).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let mut urgent = content("a child is in danger");
    urgent["dangerNow"] = json!("YES");
    let submitted = submit(&reporter, "at-eleven-at-night", urgent).await;
    let since = Instant::now();
    for socket in [&mut officer, &mut supervisor] {
        let told = socket.next("queue").await["triageQueueChanged"]["report"].clone();
        assert_eq!((&told["id"], &told["urgency"]), (&submitted.id, &json!("IMMEDIATE")), "{told}");
    }
    assert!(since.elapsed() < Duration::from_secs(1), "it took {:?}", since.elapsed());
    worker.expect_silence(A_WHILE).await;
}

#[rstest]
#[tokio::test]
async fn a_case_worker_hears_of_what_is_assigned_to_it_and_that_it_left(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "to-be-assigned", content("something")).await.id;
    let mut socket = at_the_queue(&worker).await;
    step(&supervisor, "assignReport", &report, json!({ "membershipId": own_membership(&worker).await })).await;
    assert_eq!(socket.next("queue").await["triageQueueChanged"]["report"]["id"], report);
    step(&supervisor, "assignReport", &report, json!({ "membershipId": own_membership(&supervisor).await })).await;
    let left = socket.next("queue").await;
    assert_eq!(left["triageQueueChanged"]["report"], Value::Null, "it is to fetch its queue anew");
    step(&supervisor, "closeReport", &report, json!({ "reason": "nothing more" })).await;
    socket.expect_silence(A_WHILE).await;
}

#[rstest]
#[tokio::test]
async fn a_partner_is_told_what_it_may_see_and_no_more(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let report = submit(&reporter, "it-is-watched", content("something")).await.id;
    let other = submit(&reporter, "not-watched", content("something else")).await.id;
    let mut partner = watching(&reporter, &report).await;
    let mut centre = watching(&supervisor, &report).await;

    let note = |id: &Value, key: &str| json!({ "idempotencyKey": key, "reportId": id, "text": "we know the family" });
    done(&supervisor, "addNote", "report { id }", note(&report, "a-note-on-it")).await;
    done(&supervisor, "addNote", "report { id }", note(&other, "another-note")).await;
    assert_eq!(centre.next("report").await["reportChanged"]["id"], report);
    partner.expect_silence(A_WHILE).await;

    let question = json!({ "idempotencyKey": "a-question-1", "question": "Which school?" });
    step(&supervisor, "requestInformation", &report, question).await;
    for socket in [&mut partner, &mut centre] {
        assert_eq!(socket.next("report").await["reportChanged"]["status"], "MORE_INFORMATION_NEEDED");
    }
    centre.expect_silence(A_WHILE).await;
}

#[rstest]
#[tokio::test]
async fn what_is_not_for_somebody_is_not_found_and_never_heard_of(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let stranger = server.sign_in_as("reporter@social-work-01.example").await;
    let own = submit(&stranger, "of-its-own", content("something")).await.id;
    let report = submit(&reporter, "somebody-elses", content("something")).await.id;
    let mut socket = stranger.socket().await;
    let mut refusals = Vec::new();
    for (name, id) in [
        ("foreign", report.clone()),
        ("broken", json!("report_1")),
        ("absent", json!("")),
        ("other", own_membership(&stranger).await),
    ] {
        socket.subscribe(name, REPORT, json!({ "id": id })).await;
        let refusal = socket.hear().await.expect("an answer");
        refusals.push(refusal.to_string().replace(name, "it"));
    }
    assert!(refusals.iter().all(|refusal| *refusal == refusals[0] && refusal.contains("NOT_FOUND")), "{refusals:#?}");
    socket.subscribe("queue", QUEUE, ()).await;
    assert_eq!(socket.error("queue").await, ["NOT_FOUND"], "a partner has no queue");

    socket.subscribe("report", REPORT, json!({ "id": own })).await;
    socket.next("report").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let question = json!({ "idempotencyKey": "a-question-1", "question": "Which school?" });
    step(&supervisor, "requestInformation", &report, question).await;
    socket.expect_silence(A_WHILE).await;
}

#[rstest]
#[tokio::test]
async fn whoever_is_barred_hears_nothing_of_the_report(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let report = submit(&reporter, "of-a-relative", content("something")).await.id;
    let mut queue = at_the_queue(&officer).await;
    let mut watched = watching(&officer, &report).await;
    let mut of_its_author = watching(&reporter, &report).await;
    let input = json!({ "idempotencyKey": "a-bar-of-one", "reportId": report, "membershipId": own_membership(&officer).await,
        "reason": "a relative" });
    done(&supervisor, "barFromReport", "bar { id }", input).await;
    assert_eq!(watched.error("report").await, ["NOT_FOUND"], "to them it is gone at once");
    of_its_author.expect_silence(A_WHILE).await;
    let question = json!({ "idempotencyKey": "a-question-1", "question": "Which school?" });
    step(&supervisor, "requestInformation", &report, question).await;
    of_its_author.next("report").await;
    queue.expect_silence(A_WHILE).await;
}

#[tokio::test]
async fn two_servers_tell_as_one() {
    let first = Server::start(Database::Postgres).await;
    let second = first.beside(Server::with(Database::Postgres)).await;
    let mut here = at_the_queue(&first.sign_in_as("intake@centre.example").await).await;
    let reporter = first.sign_in_as("reporter@school-01.example").await.of_server(&second);
    let submitted = submit(&reporter, "at-the-other-server", content("something")).await;
    assert_eq!(here.next("queue").await["triageQueueChanged"]["report"]["id"], submitted.id);
}
