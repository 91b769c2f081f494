//! What nobody can open any more: where no organisation's key is whole, everybody still gets an answer to everything, and no
//! sealed text stands in one. A text that a field shows without asking whether it opened shows its mark here.

use super::canary::seen;
use super::downloads::{FILE, fetch, named};
use super::planted::{plant, sign_in};
use super::server_for_walks;
use super::walk::{ask, queries};
use rstest::rstest;
use tests::{Contract, Database};
use tokio::task::JoinSet;

/// Who of the table reads texts, each in another way.
const READERS: [&str; 5] = [
    "reporter@school-01.example",
    "coordinator@school-01.example",
    "intake@centre.example",
    "supervisor@centre.example",
    "protection@centre.example",
];

/// Classes of texts that the database holds sealed.
const SEALED: [&str; 6] = ["content", "identity", "note", "reason", "opening", "bar"];

#[rstest]
#[tokio::test]
async fn without_keys_every_answer_comes_and_no_text_is_in_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server_for_walks(database).await;
    let contract = Contract::of(&server.sign_in_as("analyst@centre.example").await).await;
    let planted = plant(&server, database, &contract).await;
    let nothing = if database == Database::Sqlite { "x''" } else { "''" };
    assert!(server.storage().tamper(&format!("UPDATE organisation_key SET wrapped = {nothing}")).await > 3);
    // What it has at hand it would go on with.
    server.restart().await;
    let everything = planted.everything();
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
        let shown: Vec<_> = seen(&planted, &answers).into_keys().collect();
        let content_of_file = |class: &str| class.starts_with(FILE) && class.ends_with(".file");
        let sealed =
            |class: &str| content_of_file(class) || SEALED.iter().any(|name| class.ends_with(&format!(".{name}")));
        assert!(!shown.iter().any(|(_, class)| sealed(class)), "{walker} reads {shown:?}");
        let told = answers.iter().any(|answer| answer.response.error_codes().contains(&"CONTENT_UNREADABLE"));
        assert!(told, "{walker} is told nothing of what it cannot read");
    }
}
