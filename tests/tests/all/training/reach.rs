//! Reach: whom training reached, beside the reports that came from them, and who may count that.

use super::step;
use crate::certificates::held::Held;
use crate::steps::{content, done, list, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

/// Some weeks behind the session of [`held`].
pub(super) const NOW: &str = "2018-12-03T08:00:00Z";

const COUNTS: &str = "institutions reached participants sessions reportsSubmitted";

/// A session of 5 and 6 November 2018 that nobody has completed: two of the first school were there, one was not.
pub(super) async fn held(server: &Server, database: Database) -> Held {
    let held = Held::new(database, 1);
    let sql = [
        held.session(false),
        held.participant(1, ("Љубица Ђорђевић", Some("reporter@school-01.example")), "registered", ["present", "late"]),
        held.participant(2, ("Марко Марковић", None), "registered", ["absent", "left_early"]),
        held.participant(3, ("=1+1", None), "registered", ["absent", "absent"]),
    ];
    server.storage().tamper(&sql.concat()).await;
    held
}

/// Coverage as a client sees it.
async fn coverage(client: &Client, arguments: &str, selection: &str) -> Value {
    let document = format!("{{ coverage{arguments} {{ {selection} }} }}");
    client.query(&document, ()).await.expect_no_errors().data()["coverage"].clone()
}

/// The one institution of the first school in a period.
async fn school(client: &Client, from: &str, until: &str) -> Value {
    let arguments = format!("(from: \"{from}\", until: \"{until}\")");
    let selection =
        "institutions(first: 100, filter: { kind: SCHOOL }) { nodes { organisationId name lastTrainedOn participants
        sessions reportsSubmitted } }";
    let found = coverage(client, &arguments, selection).await;
    let own = list(&found["institutions"]["nodes"]).iter().find(|node| node["participants"] != 0);
    own.cloned().unwrap_or(Value::Null)
}

#[rstest]
#[tokio::test]
async fn a_session_counts_the_same_before_and_after_it_is_completed(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).clock(NOW).start().await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let day = "(from: \"2018-11-06\", until: \"2018-11-06\")";
    let selection = format!(
        "from until total {{ {COUNTS} }} byKind {{ kind counts {{ {COUNTS} }} }} byDistrict {{ district {{ code }} counts {{ {COUNTS} }} }}
         byMunicipality {{ municipality {{ code }} counts {{ {COUNTS} }} }}
         institutions(first: 100) {{ totalCount nodes {{ name lastTrainedOn participants sessions reportsSubmitted }} }}"
    );
    let before_it = coverage(&supervisor, day, &selection).await;
    assert_eq!((&before_it["total"]["reached"], &before_it["total"]["participants"]), (&json!(0), &json!(0)));
    let held = held(&server, database).await;
    let counted = coverage(&supervisor, day, &selection).await;
    let total = &counted["total"];
    assert_eq!((&total["reached"], &total["participants"], &total["sessions"]), (&json!(1), &json!(2), &json!(1)));
    for groups in ["byKind", "byDistrict", "byMunicipality"] {
        for number in ["institutions", "reached", "participants", "reportsSubmitted"] {
            let sum: i64 = list(&counted[groups]).iter().filter_map(|group| group["counts"][number].as_i64()).sum();
            assert_eq!(sum, total[number], "{groups}: {number}");
        }
    }
    let trainer = server.sign_in_as("trainer@centre.example").await;
    assert_eq!(step(&trainer, "completeSession", &json!(held.id())).await, "COMPLETED");
    assert_eq!(coverage(&supervisor, day, &selection).await, counted);
    let earlier = coverage(&supervisor, "(from: \"2018-11-05\", until: \"2018-11-05\")", &selection).await;
    assert_eq!(earlier["total"]["participants"], 0, "a session counts by its last day");
    let institution = school(&supervisor, "2018-11-06", "2018-11-06").await;
    assert_eq!(institution["lastTrainedOn"], "2018-11-06");
    let usual = coverage(&supervisor, "", "from until").await;
    assert_eq!(usual, json!({ "from": "2015-12-04", "until": "2018-12-03" }));
}

#[rstest]
#[tokio::test]
async fn the_centre_counts_and_trainers_learn_of_no_report(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).clock(NOW).start().await;
    let held = held(&server, database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    submit(&reporter, "before-coverage", content("x")).await;
    let selection = format!(
        "total {{ {COUNTS} }} byKind {{ counts {{ {COUNTS} }} }} byDistrict {{ counts {{ {COUNTS} }} }}
         byMunicipality {{ counts {{ {COUNTS} }} }} institutions(first: 100) {{ nodes {{ name reportsSubmitted }} }}"
    );
    let document = format!("{{ coverage(from: \"2018-11-06\", until: \"2018-12-03\") {{ {selection} }} }}");
    let effect = format!("{{ trainingEffect(sessionId: \"{}\") {{ total {{ pending reportsAfter }} }} }}", held.id());
    let mut counted = Vec::new();
    for who in ["supervisor@centre.example", "analyst@centre.example"] {
        let client = server.sign_in_as(who).await;
        let response = client.query(&document, ()).await;
        let found = response.expect_no_errors().data()["coverage"].clone();
        assert!(found["total"]["reportsSubmitted"].as_u64().expect("a number") > 0, "{who}: {found}");
        assert!(!found.to_string().contains("null"), "{who}: {found}");
        let response = client.query(&effect, ()).await;
        let found_effect = response.expect_no_errors().data()["trainingEffect"].clone();
        assert_eq!(found_effect, json!({ "total": { "pending": 1, "reportsAfter": 0 } }), "{who}");
        counted.push(found);
    }
    assert_eq!(counted[0], counted[1], "who reads all counts all");
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let found = trainer.query(&document, ()).await.expect_no_errors().data()["coverage"].clone();
    let mut same = counted[0].to_string();
    for number in 0..=200 {
        same = same.replace(&format!("\"reportsSubmitted\":{number}}}"), "\"reportsSubmitted\":null}");
        same = same.replace(&format!("\"reportsSubmitted\":{number},"), "\"reportsSubmitted\":null,");
    }
    assert_eq!(found, serde_json::from_str::<Value>(&same).expect("JSON"), "the same without a number of reports");
    assert_eq!(trainer.query(&effect, ()).await.error_codes(), ["NOT_FOUND"]);
    for who in [
        "trainer@school-01.example",
        "reporter@school-01.example",
        "coordinator@school-01.example",
        "intake@centre.example",
        "caseworker@centre.example",
        "protection@centre.example",
        "administrator@centre.example",
    ] {
        let client = server.sign_in_as(who).await;
        for document in ["{ coverage { total { institutions } } }", &effect] {
            assert_eq!(client.query(document, ()).await.error_codes(), ["NOT_FOUND"], "{who}: {document}");
        }
    }
    let anonymous = server.anonymous().query("{ coverage { total { institutions } } }", ()).await;
    assert_eq!(anonymous.error_codes(), ["UNAUTHENTICATED"]);
    let names = coverage(&server.sign_in_as("analyst@centre.example").await, "", &selection).await.to_string();
    assert!(!names.contains("Љубица") && !names.contains("Марковић"), "no participant has a name");
}

/// The names of a filter's institutions, page by page, forwards and backwards.
async fn listed(client: &Client, until: &str, filter: &str) -> Vec<(Value, String)> {
    let mut ways = Vec::new();
    for (size, cursor, edge, more) in
        [("first", "after", "endCursor", "hasNextPage"), ("last", "before", "startCursor", "hasPreviousPage")]
    {
        let (mut found, mut at) = (Vec::new(), Value::Null);
        loop {
            let document = format!(
                "query List($at: String) {{ coverage(until: \"{until}\") {{ institutions(filter: {{ {filter} }}, {size}: 7, {cursor}: $at) {{
                     totalCount nodes {{ name lastTrainedOn }} pageInfo {{ {edge} {more} }} }} }} }}"
            );
            let response = client.query(&document, json!({ "at": at })).await;
            let page = response.expect_no_errors().data()["coverage"]["institutions"].clone();
            let nodes = list(&page["nodes"]).iter();
            let nodes: Vec<_> = nodes.map(|node| (node["lastTrainedOn"].clone(), text(&node["name"]))).collect();
            if size == "first" {
                found.extend(nodes)
            } else {
                drop(found.splice(0..0, nodes))
            }
            if page["pageInfo"][more] == false {
                assert_eq!(page["totalCount"], found.len());
                break;
            }
            at = page["pageInfo"][edge].clone();
        }
        ways.push(found);
    }
    let [forwards, backwards] = ways.try_into().expect("two ways");
    assert_eq!(forwards, backwards);
    forwards
}

#[rstest]
#[tokio::test]
async fn nobody_trained_for_years_stands_first(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::with(database).clock("2021-03-01T08:00:00Z").start().await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let all = listed(&supervisor, "2021-03-01", "").await;
    let rank = |one: &(Value, String)| (one.0.as_str().unwrap_or_default().to_owned(), one.1.clone());
    assert!(all.is_sorted_by_key(rank), "never reached, then longest ago, then by name");
    assert!(all.iter().any(|one| one.0.is_null()) && all.iter().any(|one| !one.0.is_null()));
    let mut before = all.len();
    for (years, since) in [(1, "2020-03-01"), (2, "2019-03-01"), (20, "2001-03-01")] {
        let untrained = listed(&supervisor, "2021-03-01", &format!("untrainedForYears: {years}")).await;
        let expected = all.iter().filter(|one| one.0.as_str().is_none_or(|last| last <= since));
        assert!(untrained.iter().eq(expected), "{years}");
        assert!(untrained.len() <= before);
        before = untrained.len();
    }
    let first_year = listed(&supervisor, "2018-02-05", "").await;
    assert!(first_year.iter().all(|one| one.0.is_null()), "nothing of what came later is known");
    let kinds = coverage(&supervisor, "(until: \"2021-03-01\")", "byKind { kind counts { institutions } }").await;
    let schools = list(&kinds["byKind"]).iter().find(|group| group["kind"] == "SCHOOL").expect("schools");
    assert_eq!(listed(&supervisor, "2021-03-01", "kind: SCHOOL").await.len(), schools["counts"]["institutions"]);
    assert!(list(&kinds["byKind"]).iter().all(|group| group["kind"] != "CENTRE"), "the Centre is not its own partner");
    let places = "byMunicipality { municipality { code district { code } } counts { institutions } }";
    let places = coverage(&supervisor, "", places).await;
    let place = &list(&places["byMunicipality"])[0];
    let filter = format!("municipality: {}", place["municipality"]["code"]);
    let there = listed(&supervisor, "2021-03-01", &filter).await;
    assert_eq!(there.len(), place["counts"]["institutions"]);
    let filter = format!("district: {}", place["municipality"]["district"]["code"]);
    assert!(listed(&supervisor, "2021-03-01", &filter).await.len() >= there.len());
    let none = listed(&supervisor, "2021-03-01", &format!("{filter}, kind: CENTRE")).await;
    assert!(none.is_empty());
    let administrator = server.sign_in_as("administrator@centre.example").await;
    let document = "{ coverage { institutions(first: 1) { nodes { organisationId name } } } }";
    let first = supervisor.query(document, ()).await.data()["coverage"]["institutions"]["nodes"][0].clone();
    let suspend = json!({ "organisationId": first["organisationId"], "reason": "the memorandum ended" });
    done(&administrator, "suspendOrganisation", "organisation { id }", suspend).await;
    let without = listed(&supervisor, "2021-03-01", "").await;
    assert_eq!(without.len() + 1, all.len(), "who does not cooperate is not invited");
    assert!(without.iter().all(|one| one.1 != text(&first["name"])) || all[0].1 == all[1].1);
}

#[rstest]
#[tokio::test]
async fn what_means_nothing_is_bad_input(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::with(database).clock(NOW).start().await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let of = |arguments: &str| format!("{{ coverage{arguments} {{ until }} }}");
    let list_of = |arguments: &str| format!("{{ coverage {{ institutions({arguments}) {{ totalCount }} }} }}");
    let documents = [
        of("(from: \"2018-12-04\")"),
        of("(from: \"2018-12-02\", until: \"2018-12-01\")"),
        of("(from: \"2018-02-29\")"),
        of("(until: \"0001-01-01\")"),
        of("(until: \"9999-12-31\")"),
        of("(from: \"1899-12-31\")"),
        list_of("filter: { untrainedForYears: 0 }"),
        list_of("filter: { untrainedForYears: -1 }"),
        list_of("filter: { untrainedForYears: 21 }"),
        list_of("filter: { municipality: \"nowhere\" }"),
        list_of("filter: { municipality: \"\\u0000\" }"),
        list_of("filter: { district: \"RS-99\" }"),
        list_of("first: 101"),
        list_of("first: -1"),
        list_of("first: 1, last: 1"),
        list_of("first: 1, after: \"no cursor\""),
        list_of("last: 1, before: \"WyJub25lIl0\""),
        "{ trainingEffect { total { pending } } }".to_owned(),
        "{ trainingEffect(programmeId: \"programme_x\", sessionId: \"training_session_x\") { total { pending } } }"
            .to_owned(),
    ];
    for document in documents {
        assert_eq!(supervisor.query(&document, ()).await.error_codes(), ["BAD_INPUT"], "{document}");
    }
    for id in ["programmeId: \"programme_x\"", "sessionId: \"\"", "sessionId: \"programme_01j0000000e008000000000000\""]
    {
        let response = supervisor.query(&format!("{{ trainingEffect({id}) {{ total {{ pending }} }} }}"), ()).await;
        assert_eq!(response.expect_no_errors().data()["trainingEffect"], Value::Null, "{id}");
    }
}

#[rstest]
#[tokio::test]
async fn reports_before_and_after_stand_beside_one_another(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::with(database).clock("2018-11-06T15:00:00Z").start().await;
    let held = held(&server, database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    submit(&reporter, "on-the-day-itself", content("x")).await;
    server.restart_at("2019-11-06T12:00:00Z").await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    submit(&reporter, "on-the-last-day", content("x")).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let document = format!("{{ trainingSession(id: \"{}\") {{ programme {{ id }} }} }}", held.id());
    let programme = trainer.query(&document, ()).await.data()["trainingSession"]["programme"]["id"].clone();
    let counts = "institutions reportsBefore reportsAfter pending";
    let effect = async |client: &Client, of: String| {
        let document =
            format!("{{ trainingEffect({of}) {{ total {{ {counts} }} byKind {{ kind counts {{ {counts} }} }} }} }}");
        client.query(&document, ()).await.expect_no_errors().data()["trainingEffect"].clone()
    };
    let (of_session, of_programme) = (format!("sessionId: \"{}\"", held.id()), format!("programmeId: {programme}"));
    let analyst = server.sign_in_as("analyst@centre.example").await;
    let pending = json!({ "institutions": 0, "reportsBefore": 0, "reportsAfter": 0, "pending": 1 });
    for of in [&of_session, &of_programme] {
        let found = effect(&analyst, of.clone()).await;
        assert_eq!(found["total"], pending, "the twelve months are not over");
        assert_eq!(found["byKind"], json!([{ "kind": "SCHOOL", "counts": pending }]));
    }
    server.restart_at("2019-11-07T08:00:00Z").await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let own = school(&supervisor, "2018-11-06", "2018-11-06").await;
    assert!(own["reportsSubmitted"].as_u64().expect("a number") >= 1, "that of the day itself");
    let submitted = async |from: &str, until: &str| {
        let document = format!(
            "{{ coverage(from: \"{from}\", until: \"{until}\") {{ institutions(first: 100, filter: {{ kind: SCHOOL }}) {{
                 nodes {{ organisationId reportsSubmitted }} }} }} }}"
        );
        let response = supervisor.query(&document, ()).await;
        let nodes = list(&response.expect_no_errors().data()["coverage"]["institutions"]["nodes"]).to_vec();
        let node = nodes.into_iter().find(|node| node["organisationId"] == own["organisationId"]);
        node.expect("the school")["reportsSubmitted"].clone()
    };
    let before = submitted("2017-11-06", "2018-11-05").await;
    let after = submitted("2018-11-07", "2019-11-06").await;
    assert!(after.as_u64().expect("a number") >= 1, "that of the last day");
    let expected = json!({ "institutions": 1, "reportsBefore": before, "reportsAfter": after, "pending": 0 });
    let found = effect(&supervisor, of_session.clone()).await;
    assert_eq!(found["total"], expected);
    step(&trainer, "completeSession", &json!(held.id())).await;
    for of in [of_session, of_programme] {
        assert_eq!(effect(&supervisor, of).await, found, "the same once it is completed");
    }
    let never = super::plan(&trainer, "never-held-1", super::with(super::two_days(), json!({}))).await;
    let nobody = effect(&supervisor, format!("sessionId: {never}")).await;
    assert_eq!((&nobody["total"]["institutions"], &nobody["byKind"]), (&json!(0), &json!([])));
}

#[rstest]
#[tokio::test]
async fn coverage_takes_as_many_statements_however_much_is_asked(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).clock("2021-03-01T08:00:00Z").start().await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let statements = async |selection: &str| {
        let response = supervisor.query(&format!("{{ coverage {{ {selection} }} }}"), ()).await;
        response.expect_no_errors().statements()
    };
    let few = statements("until").await;
    let many = format!(
        "total {{ {COUNTS} }} byKind {{ counts {{ {COUNTS} }} }} institutions(first: 50) {{ nodes {{ name }} }}"
    );
    assert_eq!(statements(&many).await, few);
    held(&server, database).await;
    assert_eq!(statements(&many).await, few);
}
