//! What came out.

use std::fmt::{Display, Formatter};
use std::time::Duration;

/// How many times as much as the handler written by hand a request may cost.
const LARGEST_RATIO: f64 = 2.5;
/// How many statements a request may take.
const MOST_STATEMENTS: usize = 6;
/// How long the start may take.
const LONGEST_START: Duration = Duration::from_secs(1);
/// How much memory an idle server may take, in bytes.
const LARGEST_MEMORY: u64 = 60_000_000;

/// CPU time of one request.
#[derive(Clone, Copy)]
pub struct Cost {
    /// In the server.
    pub server: Duration,
    /// In PostgreSQL.
    pub database: Duration,
    /// How many requests a second were answered meanwhile.
    pub requests_per_second: f64,
}

impl Cost {
    /// Server and database together.
    pub fn sum(&self) -> Duration {
        self.server + self.database
    }
}

/// What one side takes at one number of connections.
pub struct Measured {
    /// The side.
    pub name: &'static str,
    /// The number of connections.
    pub connections: usize,
    /// The cost.
    pub cost: Cost,
}

/// What it takes to be there.
pub struct Start {
    /// From the start of the process to the first time that it is ready.
    pub time: Duration,
    /// Memory when idle, in bytes.
    pub memory: u64,
}

/// Everything that was measured.
pub struct Figures {
    /// The start.
    pub start: Start,
    /// Statements of a request.
    pub statements: usize,
    /// For each number of connections the server, then the handler written by hand.
    pub rounds: Vec<[Measured; 2]>,
    /// Memory after all requests, in bytes.
    pub memory_after_load: u64,
}

impl Figures {
    /// The limits that were passed, in words.
    pub fn limits_passed(&self) -> Vec<String> {
        let mut passed = Vec::new();
        for pair in &self.rounds {
            let ratio = ratio(pair);
            if ratio > LARGEST_RATIO {
                passed.push(format!("ratio {ratio:.2} at {} connections; {LARGEST_RATIO}", pair[0].connections));
            }
        }
        if self.statements > MOST_STATEMENTS {
            passed.push(format!("{} statements a request; {MOST_STATEMENTS}", self.statements));
        }
        if self.start.time > LONGEST_START {
            passed.push(format!("{} ms to start; {}", self.start.time.as_millis(), LONGEST_START.as_millis()));
        }
        if self.start.memory > LARGEST_MEMORY {
            let (memory, limit) = (megabytes(self.start.memory), megabytes(LARGEST_MEMORY));
            passed.push(format!("{memory:.0} MB when idle; {limit:.0}"));
        }
        passed
    }
}

impl Display for Figures {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "\nThe newest 20 reports with persons, indicators and author: CPU time a request, in µs\n")?;
        let [connections, side, server, database, sum, rate] =
            ["connections", "", "server", "database", "sum", "requests/s"];
        writeln!(f, "{connections:>11}  {side:<12} {server:>7} {database:>9} {sum:>7} {rate:>11}")?;
        for pair in &self.rounds {
            for Measured { name, connections, cost } in pair {
                let [server, database, sum] = [cost.server, cost.database, cost.sum()].map(|time| time.as_micros());
                let rate = cost.requests_per_second;
                writeln!(f, "{connections:>11}  {name:<12} {server:>7} {database:>9} {sum:>7} {rate:>11.0}")?;
            }
            writeln!(f, "{:>11}  {:<12} {:>7} {:>9} {:>7.2}\n", "", "ratio", "", "", ratio(pair))?;
        }
        writeln!(f, "statements a request    {}", self.statements)?;
        writeln!(f, "start                   {} ms", self.start.time.as_millis())?;
        writeln!(f, "memory, idle            {:.1} MB", megabytes(self.start.memory))?;
        writeln!(f, "memory, after the load  {:.1} MB", megabytes(self.memory_after_load))
    }
}

fn ratio([ours, theirs]: &[Measured; 2]) -> f64 {
    ours.cost.sum().as_secs_f64() / theirs.cost.sum().as_secs_f64()
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
