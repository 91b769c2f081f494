//! What the seal costs: the same question, answered by the handler written by hand from sealed rows and from the same rows in
//! plain. The server opens the same texts; without the seal it has no rows to read.

use crate::cluster::{Cluster, Rows};
use crate::compare::rounds;
use crate::issuer::Issuer;
use crate::load::{Headers, Target, client};
use crate::progress::{doing, done};
use crate::server::Oslonac;
use crate::signing_in::SigningIn;
use crate::{Load, Place, Result, sealing, seed};
use clap::Args;
use sqlx::Connection;

/// What to measure.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    load: Load,
}

/// Measures and prints.
pub async fn run(options: Options) -> Result<()> {
    doing("starting PostgreSQL");
    let cluster = Cluster::start(options.place.postgres.clone()).await?;
    let issuer = Issuer::start().await?;
    let oslonac = Oslonac::prepare(options.place.server.clone(), &cluster, &issuer)?;
    prepare_rows(&oslonac, &cluster, &issuer).await?;
    let (sealed, sealed_base) = oslonac.serve_hand_written(&cluster, Rows::Sealed, &issuer).await?;
    let (plain, plain_base) = oslonac.serve_hand_written(&cluster, Rows::Plain, &issuer).await?;
    let sealed = (Target::hand_written("sealed", sealed.id(), &sealed_base)?, sealed);
    let plain = (Target::hand_written("plain", plain.id(), &plain_base)?, plain);
    let headers = SigningIn::Session.headers(&issuer)?;
    same(&sealed.0, &plain.0, &headers).await?;
    let measured = rounds::run(&options.load, [&sealed.0, &plain.0], &headers, cluster.postmaster()).await?;
    println!("\nThe newest 20 reports with persons, indicators and author: CPU time a request, in µs\n");
    println!("{:>11}  {:<8} {:>8} {:>9} {:>7}", "connections", "rows", "handler", "database", "sum");
    for [sealed, plain] in &measured {
        for side in [sealed, plain] {
            let [handler, database, sum] =
                [side.cost.server, side.cost.database, side.cost.sum()].map(|time| time.as_micros());
            println!("{:>11}  {:<8} {handler:>8} {database:>9} {sum:>7}", side.connections, side.name);
        }
        let more = sealed.cost.sum().saturating_sub(plain.cost.sum()).as_micros();
        let ratio = sealed.cost.sum().as_secs_f64() / plain.cost.sum().as_secs_f64();
        println!("{:>11}  {:<8} {:>8} {:>9} {more:>7}   {ratio:.2} times as much\n", "", "the seal", "", "");
    }
    Ok(())
}

async fn prepare_rows(oslonac: &Oslonac, cluster: &Cluster, issuer: &Issuer) -> Result<()> {
    doing("making the tables");
    let master = oslonac.master_key()?;
    oslonac.run(&["migrate", "up"])?;
    oslonac.run(&["indicators", "import"])?;
    doing("filling the tables");
    let mut connection = cluster.connect().await?;
    seed::fill(&mut connection, issuer.url()).await?;
    connection.close().await?;
    cluster.copy().await?;
    sealing::seal(&mut cluster.connect().await?, &master).await?;
    for rows in [Rows::Sealed, Rows::Plain] {
        seed::settle(&mut cluster.connect_to(rows).await?).await?;
    }
    done("the same rows twice, sealed and in plain");
    Ok(())
}

/// Asks both for every organisation: they must give the same answer.
async fn same(sealed: &Target, plain: &Target, headers: &Headers) -> Result<()> {
    let http = client()?;
    for header in headers {
        let ((_, one), (_, other)) = (sealed.ask(&http, header).await?, plain.ask(&http, header).await?);
        if one != other {
            return Err("sealed and plain rows give different answers".into());
        }
    }
    Ok(())
}
