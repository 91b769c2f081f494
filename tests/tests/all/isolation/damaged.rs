//! What nobody can open any more: where no organisation's key is whole, everybody still gets an answer to everything, and no
//! sealed text stands in one. A text that a field shows without asking whether it opened shows its mark here.

use super::canary::Search;
use super::downloads::{fetch, named};
use super::planted::{is_typed, plant, sign_in};
use super::server_for_walks;
use super::walk::{ask, queries};
use rstest::rstest;
use tests::{Contract, Database};
use tokio::task::JoinSet;

/// Who of the table reads texts, each in another way.
const READERS: [&str; 6] = [
    "reporter@school-01.example",
    "coordinator@school-01.example",
    "intake@centre.example",
    "supervisor@centre.example",
    "protection@centre.example",
    "trainer@centre.example",
];

#[rstest]
#[tokio::test]
async fn without_keys_every_answer_comes_and_no_text_is_in_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server_for_walks(database).await;
    let contract = Contract::of(&server.sign_in_as("analyst@centre.example").await).await;
    let planted = plant(&server, database, &contract).await;
    let nothing = if database == Database::Sqlite { "x''" } else { "''" };
    // One stays, of somebody who plants nothing: where no key opens, the master key is another's, and the service does not start.
    let whole = "SELECT k.id FROM organisation_key k WHERE NOT EXISTS (SELECT 1 FROM membership m
        WHERE m.organisation_id = k.organisation_id AND (m.email LIKE '%@centre.example' OR m.email LIKE '%@school-0%'
        OR m.email LIKE '%@social-work-01.example')) ORDER BY k.id LIMIT 1";
    let damage = format!("UPDATE organisation_key SET wrapped = {nothing} WHERE id <> ({whole})");
    assert!(server.storage().tamper(&damage).await > 3);
    // What it has at hand it would go on with.
    server.restart().await;
    let (everything, search) = (planted.everything(), Search::of(&planted));
    let requests = queries(&contract, &everything);
    let mut walks = JoinSet::new();
    for walker in READERS {
        let (client, requests, everything) = (sign_in(&server, walker).await, requests.clone(), everything.clone());
        walks.spawn(async move {
            let answers = ask(&client, &requests).await;
            let files = fetch(&client, &named(&answers), &everything).await;
            (walker, [answers, files].concat())
        });
    }
    while let Some(walk) = walks.join_next().await {
        let (walker, answers) = walk.expect("a walk to its end");
        for answer in &answers {
            let whole = answer.response.whole();
            assert!(!whole.contains("INTERNAL"), "{walker}: {}: {whole}", answer.field);
            assert!(!whole.contains("\\u0000"), "{walker}: {} shows a mark: {whole}", answer.field);
        }
        for answer in &answers {
            let typed = search.in_answer(answer).into_iter().filter(|(_, text, _)| is_typed(text));
            let read: Vec<_> = typed.filter(|(marks, ..)| marks.is_sealed()).collect();
            assert!(read.is_empty(), "{walker} reads in {}: {read:?}", answer.field);
        }
        let told = answers.iter().any(|answer| answer.response.error_codes().contains(&"CONTENT_UNREADABLE"));
        assert!(told, "{walker} is told nothing of what it cannot read");
    }
}
