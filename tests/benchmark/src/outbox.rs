//! Whether two servers drain one outbox together: each of its news told once, each e-mail sent once.

use crate::cluster::Cluster;
use crate::directory::{add_member, add_organisation};
use crate::issuer::Issuer;
use crate::mail::Mailbox;
use crate::progress::{doing, done};
use crate::server::Oslonac;
use crate::submitting::submit;
use crate::{Place, Result, cpu};
use clap::Args;
use sqlx::PgConnection;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// Nothing new for so long means that nothing comes any more.
const PATIENCE: Duration = Duration::from_secs(60);

const REPORTER: &str = "reporter@school.example";

/// What to measure.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    /// How many news wait when the servers start.
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000)]
    news: u32,
    /// Fails where something was told or sent twice, or not at all.
    #[arg(long)]
    check: bool,
}

/// Measures and prints. Says whether each was told and sent once, where that is asked for.
pub async fn run(options: Options) -> Result<bool> {
    doing("starting PostgreSQL");
    let cluster = Cluster::start(options.place.postgres.clone()).await?;
    let issuer = Issuer::start().await?;
    let oslonac = Oslonac::prepare(options.place.server.clone(), &cluster, &issuer)?;
    oslonac.master_key()?;
    oslonac.run(&["migrate", "up"])?;
    oslonac.run(&["indicators", "import"])?;
    let mut database = cluster.connect().await?;
    let mailbox = Mailbox::start().await?;
    fill(&oslonac, &issuer, &mut database, options.news).await?;
    let port = mailbox.port().to_string();
    let settings = [
        ("OSLONAC_NOTIFICATIONS__LOOK_EVERY_SECONDS", "1"),
        ("OSLONAC_NOTIFICATIONS__EMAIL__HOST", "127.0.0.1"),
        ("OSLONAC_NOTIFICATIONS__EMAIL__PORT", &port),
        ("OSLONAC_NOTIFICATIONS__EMAIL__ENCRYPTION", "none"),
        ("OSLONAC_NOTIFICATIONS__EMAIL__FROM", "oslonac@centre.example"),
    ];
    let began = Instant::now();
    let servers = [oslonac.serve_with(&settings).await?, oslonac.serve_beside(&settings).await?];
    let (told_after, sent_after) = drain(&mut database, &mailbox, options.news, began).await?;
    let taken = mailbox.taken();
    let different = taken.iter().collect::<HashSet<_>>().len();
    let notifications: i64 = sqlx::query_scalar("SELECT count(*) FROM notification").fetch_one(&mut database).await?;
    let shares = servers.iter().map(|server| cpu::of_process(server.id())).collect::<Result<Vec<_>>>()?;
    let seconds = |duration: Duration| duration.as_secs_f64();
    println!("news                                {:>8}", options.news);
    println!("told, in the application            {notifications:>8} after {:.1} s", seconds(told_after));
    println!("sent by e-mail                      {:>8} after {:.1} s", taken.len(), seconds(sent_after));
    println!("sent more than once                 {:>8}", taken.len() - different);
    println!("CPU of each server, s               {:>8.1} {:.1}", seconds(shares[0]), seconds(shares[1]));
    let once = [usize::try_from(notifications)?, taken.len(), different].iter().all(|n| *n == options.news as usize);
    Ok(!options.check || once)
}

/// The Centre with one officer, a school with a reporter, its report, and so many news of it that nobody was told of.
async fn fill(oslonac: &Oslonac, issuer: &Issuer, database: &mut PgConnection, news: u32) -> Result<()> {
    let centre = add_organisation(database, "Центар", "centre").await?;
    let school = add_organisation(database, "Школа", "school").await?;
    add_member(database, issuer.url(), centre, "officer@centre.example", "intake_officer").await?;
    let reporter = add_member(database, issuer.url(), school, REPORTER, "reporter").await?;
    let server = oslonac.serve_with(&[("OSLONAC_NOTIFICATIONS__LOOK_EVERY_SECONDS", "3600")]).await?;
    submit(oslonac.base(), &issuer.token(REPORTER)?).await?;
    drop(server);
    doing(format!("adding {news} news"));
    for table in ["delivery", "notification", "outbox"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut *database).await?;
    }
    let insert = "INSERT INTO outbox (id, organisation_id, actor_id, news, object_type, object_id, occurred_at)
        SELECT gen_random_uuid(), $1, $2, 'report_submitted', 'report', report.id, now()
        FROM report, generate_series(1, $3)";
    let insert = sqlx::query(insert).bind(school).bind(reporter).bind(i32::try_from(news)?);
    insert.execute(database).await?;
    done(format!("{news} news wait"));
    Ok(())
}

/// Waits until all is told and sent, and a little longer for what comes twice. Says how long both took.
async fn drain(
    database: &mut PgConnection,
    mailbox: &Mailbox,
    news: u32,
    began: Instant,
) -> Result<(Duration, Duration)> {
    let (mut told_after, mut last, mut at) = (None, 0, began);
    loop {
        let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox").fetch_one(&mut *database).await?;
        let unsent = "SELECT count(*) FROM delivery WHERE state = 'waiting'";
        let unsent: i64 = sqlx::query_scalar(unsent).fetch_one(&mut *database).await?;
        let taken = mailbox.taken().len();
        doing(format!("{waiting} of {news} news wait, {taken} e-mails are sent"));
        if taken != last {
            (last, at) = (taken, Instant::now());
        }
        if waiting == 0 && told_after.is_none() {
            told_after = Some(began.elapsed());
        }
        if waiting == 0 && unsent == 0 && at.elapsed() > Duration::from_secs(3) {
            done("the outbox is empty");
            return Ok((told_after.unwrap_or_default(), at - began));
        }
        if at.elapsed() > PATIENCE {
            return Err(format!("{waiting} news and {unsent} e-mails wait, and nothing has come for a minute").into());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
