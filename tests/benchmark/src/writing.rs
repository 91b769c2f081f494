//! Whether linking the audit trail slows down those who write it: drafts are created by one writer and by many, while rows
//! are linked every second, and while they are not linked at all.

use crate::cluster::Cluster;
use crate::compare::prepare_rows;
use crate::issuer::Issuer;
use crate::progress::{doing, done};
use crate::server::Oslonac;
use crate::{Place, Result, load, seed, time};
use clap::Args;
use futures_util::future::try_join_all;
use reqwest::{Client, Url};
use serde_json::{Value, json};
use sqlx::PgConnection;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const WRITERS: [usize; 2] = [1, 32];
const WARM_UP: usize = 200;
const DOCUMENT: &str =
    "mutation($input: CreateDraftInput!) { createDraft(input: $input) { report { id } userErrors { code } } }";

/// What to measure.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    /// Changes a round.
    #[arg(long, value_name = "NUMBER", default_value_t = 3000)]
    changes: usize,
    /// Rounds of each measurement; their median counts.
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

/// How rows are linked while somebody writes: a name, and how many seconds lie between two turns.
const LINKING: [(&str, &str); 2] = [("not linked", "86400"), ("linked each second", "1")];

/// Measures and prints.
pub async fn run(options: Options) -> Result<()> {
    doing("starting PostgreSQL");
    let cluster = Cluster::start(options.place.postgres.clone()).await?;
    let issuer = Issuer::start().await?;
    let oslonac = Oslonac::prepare(options.place.server.clone(), &cluster, &issuer)?;
    prepare_rows(&oslonac, &cluster, &issuer).await?;
    let tokens: Vec<String> =
        (0..seed::ORGANISATIONS).map(|number| issuer.token(&format!("reporter-{number}"))).collect::<Result<_>>()?;
    println!("{:>7}  {:<20}{:>18}{:>16}", "writers", "audit trail", "changes a second", "rows linked");
    for writers in WRITERS {
        let mut measured = LINKING.map(|_| Vec::new());
        let mut linked = LINKING.map(|_| 0);
        for round in 1..=options.rounds {
            // In turn, so that what disturbs one disturbs the other too.
            for (index, (name, seconds)) in LINKING.into_iter().enumerate() {
                doing(format!("{writers} writers, {name}, round {round} of {}", options.rounds));
                let server = oslonac.serve_with(&[("OSLONAC_AUDIT__LINK_EVERY_SECONDS", seconds)]).await?;
                write(oslonac.base(), &tokens, WARM_UP, writers).await?;
                let before = links(&mut cluster.connect().await?).await?;
                measured[index].push(write(oslonac.base(), &tokens, options.changes, writers).await?);
                linked[index] += links(&mut cluster.connect().await?).await? - before;
                drop(server);
            }
        }
        done(format!("{writers} writers measured"));
        for (index, (name, _)) in LINKING.into_iter().enumerate() {
            println!("{writers:>7}  {name:<20}{:>18.0}{:>16}", median(&mut measured[index]), linked[index]);
        }
    }
    Ok(())
}

/// Creates so many drafts, by so many writers at once, and says how many a second there were.
async fn write(base: &Url, tokens: &[String], changes: usize, writers: usize) -> Result<f64> {
    let (http, url, next) = (load::client()?, base.join("graphql")?, AtomicUsize::new(0));
    let began = Instant::now();
    let writer = async || -> Result<()> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= changes {
                return Ok(());
            }
            create(&http, &url, &tokens[number % tokens.len()]).await?;
        }
    };
    try_join_all((0..writers).map(|_| writer())).await?;
    Ok(changes as f64 / began.elapsed().as_secs_f64())
}

async fn create(http: &Client, url: &Url, token: &str) -> Result<()> {
    let content = json!({ "observations": "Ученица изостаје с наставе и долази уморна.", "persons": [{}] });
    let input = json!({ "idempotencyKey": time::new_key(), "content": content });
    let body = json!({ "query": DOCUMENT, "variables": { "input": input } });
    let answer: Value = http.post(url.clone()).bearer_auth(token).json(&body).send().await?.json().await?;
    if !answer["data"]["createDraft"]["report"]["id"].is_string() {
        return Err(format!("no draft was created: {answer}").into());
    }
    Ok(())
}

async fn links(connection: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM audit_link").fetch_one(connection).await?)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
