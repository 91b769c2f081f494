//! What those who listen cost: many open subscriptions on one server, and how long an event takes to reach the last of them.

use crate::cluster::Cluster;
use crate::directory::{add_member, add_organisation};
use crate::issuer::Issuer;
use crate::progress::{doing, done};
use crate::server::Oslonac;
use crate::signing_in::COOKIE_NAME;
use crate::submitting::submit;
use crate::{Place, Result, cpu};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use futures_util::future::try_join_all;
use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How many accounts of the Centre listen.
const OFFICERS: usize = 100;
/// What the server may take, in megabytes, and how long an event may be on its way to the last who listens.
const MEMORY: u64 = 200;
const DELAY: Duration = Duration::from_secs(1);

const QUEUE: &str = "subscription { triageQueueChanged { report { id reference urgency state } } }";

/// What to measure.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    /// How many subscriptions are open, each on a WebSocket of its own.
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    subscriptions: usize,
    /// Reports that are submitted, one after the other.
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    events: u32,
    /// Fails where the server takes more than 200 MB, or an event more than a second.
    #[arg(long)]
    check: bool,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Measures and prints. Says whether the limits hold, where that is asked for.
pub async fn run(options: Options) -> Result<bool> {
    doing("starting PostgreSQL");
    let cluster = Cluster::start(options.place.postgres.clone()).await?;
    let issuer = Issuer::start().await?;
    let oslonac = Oslonac::prepare(options.place.server.clone(), &cluster, &issuer)?;
    oslonac.master_key()?;
    oslonac.run(&["migrate", "up"])?;
    oslonac.run(&["indicators", "import"])?;
    fill(&mut cluster.connect().await?, issuer.url()).await?;
    let many = (options.subscriptions + 10).to_string();
    let server = oslonac
        .serve_with(&[
            ("OSLONAC_LIVE__CONNECTIONS_PER_ACCOUNT", &many),
            ("OSLONAC_HTTP__CONNECTIONS_PER_ADDRESS", &many),
        ])
        .await?;
    let idle = cpu::resident_memory(server.id())?;
    let mut sockets = Vec::new();
    for number in 0..options.subscriptions {
        doing(format!("opening subscription {} of {}", number + 1, options.subscriptions));
        sockets.push(listen(oslonac.base(), number % OFFICERS).await?);
    }
    done(format!("{} subscriptions are open", sockets.len()));
    let open = cpu::resident_memory(server.id())?;
    let token = issuer.token("reporter")?;
    let (mut slowest, before) = (Duration::ZERO, cpu::of_process(server.id())?);
    for event in 1..=options.events {
        doing(format!("event {event} of {}", options.events));
        let report = submit(oslonac.base(), &token).await?;
        let began = Instant::now();
        try_join_all(sockets.iter_mut().map(|socket| hear_of(socket, &report))).await?;
        slowest = slowest.max(began.elapsed());
    }
    let each = (cpu::of_process(server.id())? - before) / options.events / u32::try_from(sockets.len())?;
    let most = cpu::resident_memory(server.id())?.max(open);
    let megabytes = |bytes: u64| bytes / 1_000_000;
    println!("subscriptions                       {:>8}", sockets.len());
    println!("memory idle, open, after events, MB {:>8} {} {}", megabytes(idle), megabytes(open), megabytes(most));
    println!("until the last heard, slowest, ms   {:>8}", slowest.as_millis());
    println!("server's CPU for each who heard, µs {:>8}", each.as_micros());
    Ok(!options.check || (megabytes(most) <= MEMORY && slowest <= DELAY))
}

/// The Centre with its officers, and a school with a reporter.
async fn fill(connection: &mut PgConnection, issuer: &Url) -> Result<()> {
    let session =
        "INSERT INTO session (id, token_hash, account_id, membership_id, second_factor, created_at, last_seen_at)
        VALUES ($1, $2, $1, $1, true, now(), now() + interval '1 day')";
    let centre = add_organisation(connection, "Центар", "centre").await?;
    let school = add_organisation(connection, "Школа", "school").await?;
    let officers = (0..OFFICERS).map(|number| (centre, officer(number), "intake_officer"));
    for (organisation, name, role) in officers.chain([(school, "reporter".to_owned(), "reporter")]) {
        let key = add_member(connection, issuer, organisation, &name, role).await?;
        let hash = Sha256::digest(secret(&name)).to_vec();
        sqlx::query(session).bind(key).bind(hash).execute(&mut *connection).await?;
    }
    Ok(())
}

fn officer(number: usize) -> String {
    format!("officer-{number}")
}

fn secret(name: &str) -> Vec<u8> {
    Sha256::digest(name).to_vec()
}

/// A subscription of this officer that has been told that it begins.
async fn listen(base: &Url, number: usize) -> Result<Socket> {
    let mut url = base.join("graphql")?;
    url.set_scheme("ws").map_err(|()| "the server's address is not one of HTTP")?;
    let mut request = url.as_str().into_client_request()?;
    let headers = request.headers_mut();
    let cookie = format!("{COOKIE_NAME}={}", URL_SAFE_NO_PAD.encode(secret(&officer(number))));
    headers.insert("cookie", cookie.parse()?);
    headers.insert("sec-fetch-site", "same-origin".parse()?);
    headers.insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
    let (mut socket, _) = connect_async(request).await?;
    for message in [
        json!({ "type": "connection_init" }),
        json!({ "type": "subscribe", "id": "queue", "payload": { "query": QUEUE } }),
    ] {
        socket.send(Message::Text(message.to_string().into())).await?;
        hear(&mut socket).await?;
    }
    Ok(socket)
}

async fn hear(socket: &mut Socket) -> Result<Value> {
    loop {
        match socket.next().await.ok_or("the server closed a WebSocket")?? {
            Message::Text(text) => return Ok(serde_json::from_str(&text)?),
            Message::Close(frame) => return Err(format!("the server closed a WebSocket: {frame:?}").into()),
            _ => {}
        }
    }
}

async fn hear_of(socket: &mut Socket, report: &Value) -> Result<()> {
    while hear(socket).await?["payload"]["data"]["triageQueueChanged"]["report"]["id"] != *report {}
    Ok(())
}
