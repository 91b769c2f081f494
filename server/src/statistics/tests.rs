//! Counts, by documents as clients send them.

use crate::error::Fault;
use crate::testing::{World, assert_fault};
use serde_json::{Value, json};

const COUNTS: &str = "query($year: Int!) { yearlyCounts(year: $year) { year
    reports { total bySource { source count } }
    identified { total female male children foreignNationals byForm { form count } } } }";

async fn counts(world: &World, name: &str, year: i32) -> Value {
    world.ask(name, COUNTS, json!({ "year": year })).await["yearlyCounts"].clone()
}

/// The e-mail address of somebody of the demonstration network in this role.
async fn somebody(world: &World, role: &str, except: &str) -> String {
    use entity::membership::{Column, Entity};
    let scope = world.service(crate::access::Purpose::Demonstration);
    let role = sea_orm::ColumnTrait::eq(&Column::Roles, role);
    let found = scope.find::<Entity>().filter(role).all().await.expect("memberships");
    let mut addresses = found.into_iter().filter_map(|member| member.email);
    addresses.find(|address| address != except).expect("somebody in this role")
}

#[tokio::test]
async fn the_year_2018_comes_out_as_it_was_published() {
    let world = World::demonstration().await;
    let analyst = somebody(&world, "analyst", "").await;
    let published = json!({
        "year": 2018,
        "reports": { "total": 193, "bySource": [
            { "source": "POLICE", "count": 89 },
            { "source": "SOCIAL_WELFARE", "count": 45 },
            { "source": "OTHER_GOVERNMENT", "count": 21 },
            { "source": "CIVIL_SOCIETY_AND_OTHER", "count": 38 },
        ] },
        "identified": {
            "total": 76, "female": 57, "male": 19, "children": 32, "foreignNationals": 5,
            "byForm": [
                { "form": "FORCED_LABOUR", "count": 18 },
                { "form": "SEXUAL_EXPLOITATION", "count": 34 },
                { "form": "FORCED_BEGGING", "count": 2 },
                { "form": "FORCED_CRIMINALITY", "count": 1 },
                { "form": "MULTIPLE", "count": 21 },
            ],
        },
    });
    assert_eq!(counts(&world, &analyst, 2018).await, published);
    let supervisor = somebody(&world, "supervisor", "").await;
    assert_eq!(counts(&world, &supervisor, 2018).await, published, "who reads all counts all");
    assert_eq!(counts(&world, &analyst, 2017).await["reports"]["total"], 0);
}

#[tokio::test]
async fn an_analyst_counts_and_reads_nothing() {
    let world = World::new().await;
    let year = chrono::Datelike::year(&world.clock.today());
    for (name, persons) in [("ana", 1), ("pavle", 2)] {
        let persons: Vec<Value> = (0..persons).map(|_| json!({ "child": "NO" })).collect();
        let content = json!({ "observations": "Не сме сама да изађе.", "persons": persons });
        let input = json!({ "idempotencyKey": "a-key-of-this", "report": { "content": content } });
        let document = "mutation($input: SubmitReportInput!) { submitReport(input: $input) { report { id } } }";
        world.ask(name, document, json!({ "input": input })).await;
    }
    let counted = counts(&world, "alma", year).await;
    assert_eq!(counted["reports"]["total"], 2);
    assert_eq!(counted["identified"]["total"], 0);
    for query in ["{ reports { totalCount } }", "{ triageQueue { totalCount } }", "{ cases { totalCount } }"] {
        assert_fault(&world.execute("alma", query, json!({})).await, Fault::NotFound);
    }
    let scope = world.scope("alma").await;
    assert_eq!(scope.find::<entity::report::Entity>().count().await.expect("a number"), 0);
    assert_eq!(scope.find::<entity::person::Entity>().count().await.expect("a number"), 0);
}

#[tokio::test]
async fn a_coordinator_counts_its_own_reports_and_learns_no_outcome() {
    let world = World::demonstration().await;
    let coordinator = somebody(&world, "coordinator", "").await;
    let own = world.ask(&coordinator, "{ reports { totalCount } }", json!({})).await["reports"]["totalCount"].clone();
    let counted = counts(&world, &coordinator, 2018).await;
    assert_eq!(counted["identified"], Value::Null);
    assert_eq!(counted["reports"]["total"], own);
    assert_ne!(own, 193);
}

#[tokio::test]
async fn a_year_that_nobody_counts_is_refused_and_who_may_not_count_finds_nothing() {
    let world = World::new().await;
    let refused = world.execute("alma", COUNTS, json!({ "year": 0 })).await;
    assert_fault(&refused, Fault::BadInput("a year"));
    for name in ["ana", "petar", "tanja"] {
        assert_fault(&world.execute(name, COUNTS, json!({ "year": 2018 })).await, Fault::NotFound);
    }
}
