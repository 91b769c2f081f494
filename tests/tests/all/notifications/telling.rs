//! Who is told of what.

use super::{INTAKE, NOW, content, read_all, sending, told, told_kinds, unread};
use crate::steps::{act, done, own_membership, refusals, step, submit};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Client, Database, Post, Server};

/// Words that stand in no e-mail.
const NEVER: [&str; 8] = ["victim", "traffick", "жртв", "трговин", "žrtv", "trgovin", "what was seen", "измишљен"];

async fn sign_in<const N: usize>(server: &Server, who: [&str; N]) -> [Client; N] {
    let mut clients = Vec::new();
    for email in who {
        let client = server.sign_in_as(email).await;
        read_all(&client).await;
        clients.push(client);
    }
    clients.try_into().expect("as many")
}

#[rstest]
#[tokio::test]
async fn an_urgent_report_is_in_every_mailbox_of_intake_within_a_second(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let post = Post::start().await;
    let server = sending(database, &post, NOW).env("OSLONAC_NOTIFICATIONS__LOOK_EVERY_SECONDS", "3600").start().await;
    let [reporter, intake, none] =
        sign_in(&server, ["reporter@school-01.example", INTAKE[1], "reporter@school-02.example"]).await;
    let never = json!({ "email": "NONE", "language": "ENGLISH" });
    done(&intake, "updateNotificationPreferences", "preferences { email language }", never).await;
    let report = submit(&reporter, "urgent-report-1", content(true)).await;
    let sent = Instant::now();
    let emails = post.wait_for(2).await;
    assert!(sent.elapsed() < Duration::from_secs(2), "{:?}", sent.elapsed());
    let mut to: Vec<&str> = emails.iter().map(|email| &*email.to).collect();
    to.sort_unstable();
    assert_eq!(to, INTAKE, "urgent ones come whatever somebody wants");
    for email in &emails {
        let subject = email.header("subject").expect("a subject");
        let urgent = if email.to == INTAKE[1] { "Urgent: report" } else { "Хитно: пријава" };
        assert!(subject.starts_with(urgent) && subject.contains(&report.reference), "{subject}");
        assert!(email.body.contains(server.url("/").as_str()), "{}", email.body);
        assert_eq!(email.header("auto-submitted"), Some("auto-generated"));
        let whole = format!("{}\n{}", email.head, email.body).to_lowercase();
        assert!(NEVER.iter().all(|word| !whole.contains(word)), "{whole}");
    }
    assert_eq!(told(&intake, 1).await, [("REPORT_SUBMITTED".to_owned(), json!(report.reference))]);
    assert_eq!(unread(&reporter).await, []);
    assert_eq!(unread(&none).await, []);
}

#[rstest]
#[tokio::test]
async fn each_step_is_told_to_those_whom_it_concerns(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).clock(NOW).start().await;
    let who = [
        "reporter@school-01.example",
        "reporter2@school-01.example",
        "coordinator@school-01.example",
        "reporter@school-02.example",
        INTAKE[1],
        INTAKE[0],
        "caseworker@centre.example",
        "supervisor@centre.example",
        "protection@centre.example",
    ];
    let clients = sign_in(&server, who).await;
    let [reporter, colleague, coordinator, other, intake, intake2, worker, supervisor, protection] = &clients;
    let expect = async |client: &Client, kinds: &[&str]| {
        assert_eq!(told_kinds(client, kinds.len()).await, kinds);
        read_all(client).await;
    };
    let report = submit(reporter, "told-step-by-step", content(false)).await;
    expect(intake, &["REPORT_SUBMITTED"]).await;
    expect(intake2, &["REPORT_SUBMITTED"]).await;
    step(intake, "assignReport", &report.id, json!({ "membershipId": own_membership(worker).await })).await;
    expect(worker, &["REPORT_ASSIGNED"]).await;
    expect(reporter, &["STATUS_CHANGED"]).await;
    expect(coordinator, &["STATUS_CHANGED"]).await;
    let ask = json!({ "idempotencyKey": "told-question", "question": "where was it?" });
    step(worker, "requestInformation", &report.id, ask).await;
    expect(reporter, &["INFORMATION_REQUESTED"]).await;
    expect(coordinator, &["INFORMATION_REQUESTED"]).await;
    let response = reporter
        .query("query R($id: ID!) { report(id: $id) { messages { nodes { id kind } } } }", json!({ "id": report.id }))
        .await;
    let question = response.expect_no_errors().data()["report"]["messages"]["nodes"][0]["id"].clone();
    let answer =
        json!({ "idempotencyKey": "told-answer", "reportId": report.id, "messageId": question, "text": "here" });
    done(reporter, "answerInformationRequest", "report { id }", answer).await;
    expect(worker, &["REPORT_ANSWERED"]).await;
    // Accepting is nothing that a partner sees, so nobody there is told.
    let accept = json!({ "idempotencyKey": "told-accept", "reason": "signs enough" });
    step(worker, "acceptReport", &report.id, accept).await;
    let notice = json!({ "idempotencyKey": "told-notice", "text": "we are at it" });
    step(worker, "sendNotice", &report.id, notice).await;
    expect(reporter, &["NOTICE_SENT"]).await;
    expect(coordinator, &["NOTICE_SENT"]).await;
    for nobody in [colleague, other, intake, intake2, worker, supervisor, protection] {
        assert_eq!(unread(nobody).await, [], "nobody else");
    }
    let emergency = json!({ "idempotencyKey": "told-emergency", "reportReference": report.reference,
        "reason": "called at night by the police" });
    let second = server.sign_in_as("caseworker2@centre.example").await;
    act(&second, "openIdentityInEmergency", "opening { id }", emergency).await.expect_no_errors();
    let leads =
        "{ notifications(unread: true) { nodes { kind report { id } opening { reportId emergency reason } } } }";
    let opening = json!({ "reportId": report.id, "emergency": true, "reason": "called at night by the police" });
    for (reviews, seen) in [(supervisor, json!({ "id": report.id })), (protection, Value::Null)] {
        told(reviews, 1).await;
        let nodes = reviews.query(leads, ()).await.expect_no_errors().data()["notifications"]["nodes"].clone();
        assert_eq!(nodes, json!([{ "kind": "EMERGENCY_OPENED", "report": seen, "opening": opening }]));
    }
}

#[rstest]
#[tokio::test]
async fn a_notification_is_its_readers_and_shows_no_more_than_the_reader_may_see(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).clock(NOW).start().await;
    let who = ["reporter@school-01.example", INTAKE[1], INTAKE[0], "reporter@social-work-01.example"];
    let [reporter, intake, intake2, other] = sign_in(&server, who).await;
    submit(&reporter, "to-be-read-once", content(false)).await;
    let document = "{ notifications(unread: true) { totalCount nodes { id readAt } } unreadNotifications }";
    told(&intake, 1).await;
    let first = intake.query(document, ()).await.expect_no_errors().data().clone();
    assert_eq!((&first["notifications"]["totalCount"], &first["unreadNotifications"]), (&json!(1), &json!(1)));
    let id = &first["notifications"]["nodes"][0]["id"];
    for stranger in [&intake2, &reporter, &other] {
        let refused = refusals(stranger, "markNotificationsRead", json!({ "notificationIds": [id] })).await;
        assert_eq!(refused, [("NOT_FOUND".to_owned(), "notificationIds.0".to_owned())]);
    }
    let input = json!({ "notificationIds": [id] });
    let read = done(&intake, "markNotificationsRead", "notifications { id readAt }", input.clone()).await;
    assert!(read["notifications"][0]["readAt"].is_string(), "{read}");
    assert_eq!(done(&intake, "markNotificationsRead", "notifications { id readAt }", input).await, read);
    assert_eq!(unread(&intake).await, []);
    // What another tenant does changes nothing of what one is told.
    let everything =
        "{ notifications(first: 100) { totalCount nodes { id kind occurredAt readAt } } unreadNotifications }";
    let before = reporter.query(everything, ()).await.expect_no_errors().data().clone();
    submit(&other, "of-another-tenant", content(true)).await;
    told(&intake, 1).await;
    assert_eq!(reporter.query(everything, ()).await.expect_no_errors().data(), &before);
}

#[rstest]
#[tokio::test]
async fn who_wants_a_summary_gets_one_a_day_and_none_where_everything_was_read(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let post = Post::start().await;
    let mut server = sending(database, &post, NOW).start().await;
    let [reporter, intake, intake2] = sign_in(&server, ["reporter@school-01.example", INTAKE[1], INTAKE[0]]).await;
    let daily = json!({ "email": "DAILY", "language": "SERBIAN_LATIN" });
    for client in [&intake, &intake2] {
        done(client, "updateNotificationPreferences", "preferences { email }", daily.clone()).await;
    }
    for key in ["summed-up-one", "summed-up-two", "summed-up-three"] {
        submit(&reporter, key, content(false)).await;
    }
    told(&intake, 3).await;
    told(&intake2, 3).await;
    read_all(&intake2).await;
    let barred = submit(&reporter, "summed-up-not", content(false)).await.id;
    told(&intake, 4).await;
    told(&intake2, 1).await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    for (key, client) in [("bars-the-one", &intake), ("bars-the-other", &intake2)] {
        let input = json!({ "idempotencyKey": key, "reportId": barred, "membershipId": own_membership(client).await,
            "reason": "a relative" });
        done(&supervisor, "barFromReport", "bar { id }", input).await;
    }
    // Seven in the morning in Serbia, where it is summer time.
    server.restart_at("2026-04-21T04:59:58Z").await;
    let emails = post.wait_for(1).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(post.taken().await.len(), 1, "one summary, and none for whom nothing is unread that it may see");
    assert_eq!(emails[0].to, INTAKE[1]);
    let subject = emails[0].header("subject").expect("a subject");
    assert_eq!(subject, "Imate 3 nepročitana obaveštenja", "no names");
    assert!(!emails[0].body.contains("PI-"), "{}", emails[0].body);
    // Whoever wants none any more gets none, though one was under way.
    let [reporter, intake] = sign_in(&server, ["reporter@school-01.example", INTAKE[1]]).await;
    submit(&reporter, "summed-up-four", content(false)).await;
    told(&intake, 1).await;
    done(&intake, "updateNotificationPreferences", "preferences { email }", json!({ "email": "NONE" })).await;
    server.restart_at("2026-04-22T04:59:58Z").await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let to_intake = post.taken().await.into_iter().filter(|email| email.to == INTAKE[1]).count();
    assert_eq!(to_intake, 1, "it chose to get none");
}

#[tokio::test]
async fn old_notifications_go() {
    let mut server = Server::with(Database::Sqlite).clock(NOW).start().await;
    let [reporter, intake] = sign_in(&server, ["reporter@school-01.example", INTAKE[1]]).await;
    submit(&reporter, "forgotten-in-time", content(false)).await;
    told(&intake, 1).await;
    for (clock, left) in [("2026-07-18T08:00:00Z", 1), ("2026-07-20T08:00:00Z", 0)] {
        server.restart_at(clock).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(unread(&server.sign_in_as(INTAKE[1]).await).await.len(), left, "{clock}");
    }
}
