//! The benchmark itself, step by step.

mod answers;
pub mod rounds;

use crate::cluster::{Cluster, Rows};
use crate::issuer::Issuer;
use crate::load::Target;
use crate::progress::{doing, done};
use crate::result::{Figures, Start};
use crate::server::{Oslonac, Running};
use crate::{Options, Result, cpu, sealing, seed};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How often the start is timed.
const STARTS: usize = 5;
/// What a server does after its start is done by then.
const IDLE: Duration = Duration::from_secs(2);

/// Measures and prints. False where `--check` found a limit passed.
pub async fn run(options: Options) -> Result<bool> {
    if cfg!(debug_assertions) {
        return Err("this is a debug build, whose numbers mean nothing; build with --release".into());
    }
    doing("starting PostgreSQL");
    let cluster = Cluster::start(options.place.postgres.clone()).await?;
    let issuer = Issuer::start().await?;
    let oslonac = Oslonac::prepare(options.place.server.clone(), &cluster, &issuer)?;
    prepare_rows(&oslonac, &cluster, &issuer).await?;

    let (server, start) = start(&oslonac).await?;
    let (by_hand, by_hand_base) = oslonac.serve_hand_written(&cluster, Rows::Sealed, &issuer).await?;
    let ours = Target::oslonac(server.id(), oslonac.base())?;
    let theirs = Target::hand_written("hand-written", by_hand.id(), &by_hand_base)?;
    let headers = options.sign_in.headers(&issuer)?;

    doing("comparing the answers");
    answers::same(&ours, &theirs, &headers, &mut cluster.connect().await?).await?;
    done(format!("both give the same answer to each of the {} organisations", headers.len()));
    let figures = Figures {
        start,
        statements: answers::statements(&ours, &headers).await?,
        rounds: rounds::run(&options.load, [&ours, &theirs], &headers, cluster.postmaster()).await?,
        memory_after_load: cpu::resident_memory(server.id())?,
    };
    if let Some(file) = &options.profile {
        profile(&ours, file, rounds::under_load(&ours, &headers, options.load.requests)).await?;
    }
    print!("{figures}");
    let passed = figures.limits_passed();
    for limit in &passed {
        println!("over the limit: {limit}");
    }
    Ok(!options.check || passed.is_empty())
}

pub async fn prepare_rows(oslonac: &Oslonac, cluster: &Cluster, issuer: &Issuer) -> Result<()> {
    doing("making the tables");
    let master = oslonac.master_key()?;
    oslonac.run(&["migrate", "up"])?;
    oslonac.run(&["indicators", "import"])?;
    doing("filling the tables");
    let mut connection = cluster.connect().await?;
    seed::fill(&mut connection, issuer.url()).await?;
    sealing::seal(&mut connection, &master).await?;
    seed::settle(&mut connection).await?;
    done("200 organisations, 20,000 reports, 26,000 persons, 200,000 ticked indicators, their texts sealed");
    Ok(())
}

/// Starts the server several times; the last one stays.
async fn start(oslonac: &Oslonac) -> Result<(Running, Start)> {
    let mut times = Vec::new();
    let server = loop {
        doing(format!("starting the server, {} of {STARTS}", times.len() + 1));
        let (server, time) = oslonac.serve().await?;
        times.push(time);
        if times.len() == STARTS {
            break server;
        }
    };
    times.sort_unstable();
    tokio::time::sleep(IDLE).await;
    let memory = cpu::resident_memory(server.id())?;
    Ok((server, Start { time: times[STARTS / 2], memory }))
}

/// Records where the server's time goes while it is asked, and prints the most costly functions.
async fn profile(target: &Target, file: &Path, load: impl Future<Output = Result<Duration>>) -> Result<()> {
    let mut record = Command::new("perf");
    record.args(["record", "--quiet", "--freq", "1999", "--pid", &target.process.to_string(), "--output"]).arg(file);
    let mut perf = record.stdin(Stdio::null()).spawn().map_err(|error| format!("perf does not run: {error}"))?;
    load.await?;
    // perf writes its file when it is interrupted.
    Command::new("kill").args(["-INT", &perf.id().to_string()]).status()?;
    perf.wait()?;
    let report = ["report", "--stdio", "--quiet", "--percent-limit", "0.5", "--sort", "dso,symbol", "--input"];
    let output = Command::new("perf").args(report).arg(file).stderr(Stdio::null()).output()?;
    println!("Where the server's CPU time goes, in percent of it:\n{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}
