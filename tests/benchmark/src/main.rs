//! How much a request costs: the real server on PostgreSQL, beside a handler written by hand that does the same work.

mod cluster;
mod compare;
mod coverage;
mod cpu;
mod directory;
mod duplicates;
mod hand_written;
mod issuer;
mod live;
mod load;
mod mail;
mod outbox;
mod progress;
mod result;
mod seal;
mod sealing;
mod seed;
mod server;
mod signing_in;
mod submitting;
mod time;
mod writing;

use clap::{Args, Parser, Subcommand};
use reqwest::Url;
use signing_in::SigningIn;
use std::path::PathBuf;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What goes wrong here goes to whoever runs the program, in words.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const EXAMPLES: &str = "Examples:
  cargo build --release -p oslonac -p benchmark
  target/release/benchmark                       everything, in a throwaway PostgreSQL
  target/release/benchmark --check               the same; fails where a limit is passed
  target/release/benchmark --sign-in session     with browser sessions instead of access tokens
  target/release/benchmark seal                  what of it the seal costs
  target/release/benchmark writing               whether linking the audit trail slows writers down
  target/release/benchmark live                  what 1,000 open subscriptions cost
  target/release/benchmark outbox                whether two servers drain 10,000 news, each once
  target/release/benchmark coverage              what coverage over 20 years costs, on both databases
  target/release/benchmark duplicates            how well possible duplicates are found
  target/release/benchmark --postgres postgres://postgres@127.0.0.1:5432/postgres
                                                 in a PostgreSQL of your own; leaves the database oslonac_benchmark there
  target/release/benchmark --profile /tmp/oslonac.perf
                                                 also says where the server's time goes (needs perf)";

/// Measures what a request costs: the newest 20 reports of an organisation, with persons, indicators and author.
///
/// Makes a PostgreSQL database of 200 organisations, 20,000 reports and 200,000 ticked indicators, starts the real server
/// on it, and beside it a handler written by hand with axum and sqlx that does the same work under the same row level
/// security. Prints the CPU time that each takes for a request, server and database together, and the ratio. Numbers mean
/// something on a quiet machine only.
#[derive(Parser)]
#[command(name = "benchmark", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the handler written by hand; the benchmark starts it by itself.
    HandWritten(hand_written::Options),
    /// Measures what the seal costs: the handler written by hand on sealed rows, and on the same rows in plain.
    Seal(seal::Options),
    /// Measures how many changes a second 1 and 32 writers make, while the audit trail is linked and while it is not.
    Writing(writing::Options),
    /// Measures what 1,000 open subscriptions cost, and how long an event takes to reach the last of them.
    Live(live::Options),
    /// Lets two servers drain an outbox of 10,000 news, and says whether something was told or sent twice.
    Outbox(outbox::Options),
    /// Measures what coverage costs over 3,000 institutions and 20 years, on SQLite and on PostgreSQL.
    Coverage(coverage::Options),
    /// Measures how well possible duplicates are found: precision and recall on generated persons, by the service's own rules.
    Duplicates(duplicates::Options),
}

/// What is measured, and on what.
#[derive(Args)]
struct Place {
    /// The server's binary, a release build. Without it: `oslonac` beside this program.
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
    /// A PostgreSQL on this machine, as its superuser. Without it: a throwaway one.
    #[arg(long, value_name = "URL")]
    postgres: Option<Url>,
}

/// What to measure, and how.
#[derive(Args)]
struct Options {
    #[command(flatten)]
    place: Place,
    /// How requests say who is asking.
    #[arg(long, value_enum, default_value = "token")]
    sign_in: SigningIn,
    #[command(flatten)]
    load: Load,
    /// Fails where a limit is passed: ratio 2.5, 6 statements, 1 s to start, 60 MB when idle.
    #[arg(long)]
    check: bool,
    /// Records with perf where the server's time goes under load, into this file, and prints the summary.
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
}

/// How much is asked.
#[derive(Args)]
struct Load {
    /// Numbers of connections to measure with.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', default_values_t = [1, 64])]
    connections: Vec<usize>,
    /// Requests a round.
    #[arg(long, value_name = "NUMBER", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(100..))]
    requests: u32,
    /// Rounds of each measurement; their median counts.
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Whoever was first has installed the same provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let work = async {
        match arguments.command {
            Some(Command::HandWritten(options)) => hand_written::serve(options).await.map(|()| true),
            Some(Command::Seal(options)) => seal::run(options).await.map(|()| true),
            Some(Command::Writing(options)) => writing::run(options).await.map(|()| true),
            Some(Command::Live(options)) => live::run(options).await,
            Some(Command::Outbox(options)) => outbox::run(options).await,
            Some(Command::Coverage(options)) => coverage::run(options).await,
            Some(Command::Duplicates(options)) => duplicates::run(&options),
            None => compare::run(arguments.options).await,
        }
    };
    // What was started is stopped when the work is dropped.
    let outcome = tokio::select! {
        outcome = work => outcome,
        _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("benchmark: {error}");
            ExitCode::from(2)
        }
    }
}
