//! What coverage costs: 3,000 institutions and 20 years of sessions, in full, on both databases.

mod seed;

use crate::cluster::Cluster;
use crate::issuer::Issuer;
use crate::progress::{doing, done};
use crate::server::{Oslonac, Running};
use crate::signing_in::COOKIE_NAME;
use crate::{Place, Result, cpu, load};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use reqwest::{Client, Url, header};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The CPU time that a request may take, server and database together.
const LIMIT: Duration = Duration::from_millis(300);
/// Connections open, statements are prepared and plans settle in so many requests.
const WARM_UP: u32 = 3;

const COUNTS: &str = "counts { institutions reached participants sessions reportsSubmitted }";

/// What to measure.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    /// Requests of each measurement.
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    requests: u32,
    /// Fails where a request takes more than 300 ms of CPU time.
    #[arg(long)]
    check: bool,
}

/// Measures and prints. Says whether the limit holds, where that is asked for.
pub async fn run(options: Options) -> Result<bool> {
    let issuer = Issuer::start().await?;
    println!(
        "{:<12}{:<28}{:>12}{:>14}{:>10}{:>12}{:>13}",
        "database", "period", "server, ms", "database, ms", "sum, ms", "elapsed, ms", "statements"
    );
    let on_sqlite = on_sqlite(&options, &issuer).await?;
    Ok(on_postgres(&options, &issuer).await? && on_sqlite || !options.check)
}

async fn on_sqlite(options: &Options, issuer: &Issuer) -> Result<bool> {
    let oslonac = Oslonac::prepare_embedded(options.place.server.clone(), issuer)?;
    doing("filling SQLite");
    make_tables(&oslonac)?;
    seed::fill_sqlite(&oslonac.embedded_file(), issuer.url()).await?;
    done("SQLite is filled");
    let (server, _) = oslonac.serve().await?;
    measure("SQLite", &oslonac, &server, None, options.requests).await
}

async fn on_postgres(options: &Options, issuer: &Issuer) -> Result<bool> {
    doing("starting PostgreSQL");
    let cluster = Cluster::start(options.place.postgres.clone()).await?;
    let oslonac = Oslonac::prepare(options.place.server.clone(), &cluster, issuer)?;
    doing("filling PostgreSQL");
    make_tables(&oslonac)?;
    seed::fill_postgres(&mut cluster.connect().await?, issuer.url()).await?;
    done("PostgreSQL is filled");
    let (server, _) = oslonac.serve().await?;
    measure("PostgreSQL", &oslonac, &server, Some(cluster.postmaster()), options.requests).await
}

fn make_tables(oslonac: &Oslonac) -> Result<()> {
    oslonac.master_key()?;
    oslonac.run(&["migrate", "up"])?;
    oslonac.run(&["indicators", "import"])
}

/// Asks for coverage over three years and over twenty, and says whether the limit holds.
async fn measure(
    name: &str,
    oslonac: &Oslonac,
    server: &Running,
    postmaster: Option<u32>,
    requests: u32,
) -> Result<bool> {
    let (http, url) = (load::client()?, oslonac.base().join("graphql")?);
    let mut holds = true;
    for (period, arguments) in [("three years", ""), ("twenty years", "(from: \"1990-01-01\")")] {
        let body = json!({ "query": document(arguments) }).to_string();
        let statements = ask(&http, &url, &body).await?;
        for _ in 0..WARM_UP {
            ask(&http, &url, &body).await?;
        }
        let before = (cpu::of_process(server.id())?, database(postmaster)?);
        let began = Instant::now();
        for _ in 0..requests {
            ask(&http, &url, &body).await?;
        }
        let elapsed = began.elapsed() / requests;
        let of_server = (cpu::of_process(server.id())? - before.0) / requests;
        let of_database = (database(postmaster)? - before.1) / requests;
        let sum = of_server + of_database;
        holds &= sum <= LIMIT;
        let [server, database, sum, elapsed] =
            [of_server, of_database, sum, elapsed].map(|time| format!("{:.1}", time.as_secs_f64() * 1e3));
        println!("{name:<12}{period:<28}{server:>12}{database:>14}{sum:>10}{elapsed:>12}{statements:>13}");
    }
    Ok(holds)
}

/// SQLite works inside the server.
fn database(postmaster: Option<u32>) -> Result<Duration> {
    postmaster.map_or(Ok(Duration::ZERO), cpu::of_family)
}

fn document(arguments: &str) -> String {
    format!(
        "{{ coverage{arguments} {{ total {{ institutions reached participants sessions reportsSubmitted }}
             byKind {{ kind {COUNTS} }} byDistrict {{ district {{ code }} {COUNTS} }}
             byMunicipality {{ municipality {{ code }} {COUNTS} }}
             institutions(first: 100, filter: {{ untrainedForYears: 1 }}) {{ totalCount nodes {{
                 organisationId name kind lastTrainedOn participants sessions reportsSubmitted }} }} }} }}"
    )
}

/// Asks once; answers how many statements that took.
async fn ask(http: &Client, url: &Url, body: &str) -> Result<usize> {
    let cookie = format!("{COOKIE_NAME}={}", URL_SAFE_NO_PAD.encode(seed::SESSION_SECRET));
    let request =
        http.post(url.clone()).header(header::CONTENT_TYPE, "application/json").header(header::COOKIE, cookie);
    // A cookie counts only for our own pages.
    let response = request.header("sec-fetch-site", "same-origin").body(body.to_owned()).send().await?;
    let timing = response.headers().get("server-timing").and_then(|timing| timing.to_str().ok());
    let statements = timing.and_then(|timing| timing.split_once("statements=")).map_or("", |(_, rest)| rest).to_owned();
    let answer: Value = response.json().await?;
    let total = &answer["data"]["coverage"]["total"];
    if total["institutions"] != seed::INSTITUTIONS || total["participants"].as_u64().unwrap_or_default() == 0 {
        return Err(format!("coverage answers {answer}").into());
    }
    let digits: String = statements.chars().take_while(char::is_ascii_digit).collect();
    Ok(digits.parse()?)
}
