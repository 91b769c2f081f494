//! Joining reports, and taking that back.

use super::*;
use crate::access::Action;

fn into(report: &str) -> Value {
    json!({ "intoReportId": report, "reason": "Исти догађај." })
}

#[tokio::test]
async fn a_report_is_joined_and_taken_back_and_the_partner_learns_nothing_of_it() {
    let world = World::new().await;
    let (first, second) = (submit(&world, "ana", about(1)).await, submit(&world, "boris", about(1)).await);
    let joined = step(&world, "iva", "joinReport", &second, into(&first)).await;
    assert_eq!(joined["state"], "JOINED");
    assert_eq!(read(&world, "iva", &second, "joinedTo { id }").await["id"], json!(first));
    assert_eq!(read(&world, "iva", &first, "joinedReports { id }").await, json!([{ "id": second }]));
    assert_eq!(read(&world, "boris", &second, "status").await, "IN_ASSESSMENT");
    for field in ["joinedTo { id }", "joinedReports { id }", "state"] {
        assert_eq!(read(&world, "boris", &second, field).await, Value::Null, "{field}");
    }
    let undone = step(&world, "iva", "undoJoin", &second, json!({ "reason": "Ипак друго." })).await;
    assert_eq!(undone["state"], "IN_TRIAGE");
    assert_eq!(read(&world, "iva", &first, "joinedReports { id }").await, json!([]));
    assert_eq!(world.audited(&second).await[1..], [Action::ReportJoined, Action::JoinUndone]);
}

#[tokio::test]
async fn a_report_is_joined_to_none_that_is_joined_nor_to_itself_nor_to_what_is_not_there() {
    let world = World::new().await;
    let (first, second) = (submit(&world, "ana", about(1)).await, submit(&world, "boris", about(1)).await);
    let third = submit(&world, "ana", about(1)).await;
    let refused = try_step(&world, "iva", "joinReport", &first, into(&first)).await;
    assert_eq!(refusal(&refused).0, "INVALID");
    step(&world, "iva", "joinReport", &second, into(&first)).await;
    for (report, target) in [(&first, &second), (&third, &second)] {
        let refused = try_step(&world, "iva", "joinReport", report, into(target)).await;
        assert_eq!((refusal(&refused).0, refusal(&refused).1), ("WRONG_STATE".to_owned(), "intoReportId".to_owned()));
    }
    assign(&world, "iva", &third, "goran").await;
    let refused = try_step(&world, "goran", "joinReport", &third, into(&first)).await;
    assert_eq!(refusal(&refused).0, "NOT_FOUND", "a case worker joins only to what is assigned to it");
    let refused = try_step(&world, "iva", "joinReport", &third, into("report_nothing")).await;
    assert_eq!(refusal(&refused).0, "NOT_FOUND");
}
