//! `oslonac retention`: what would be erased, and when.

use super::{clock, open_current};
use crate::access::{Purpose, Scope, Viewer};
use crate::clock;
use crate::config::Config;
use crate::failure::Failure;
use crate::ids;
use crate::retention::rules::{Class, Due};
use crate::retention::{Periods, job};
use chrono::{Datelike, NaiveDate, TimeDelta, Utc};
use clap::{Args, Subcommand};
use std::collections::BTreeMap;

const PREVIEW: &str = "\
Examples:
  oslonac retention preview --config /etc/oslonac.toml        within a year
  oslonac retention preview --until 2035-12-31                up to and including a day";

#[derive(Subcommand)]
#[command(after_help = PREVIEW)]
pub(super) enum Retention {
    /// Says how many persons would be erased in which month, by which class. It erases nothing.
    Preview(Preview),
}

#[derive(Args)]
#[command(after_help = PREVIEW)]
pub(super) struct Preview {
    /// The last day to look at, such as 2035-12-31. Without it, a year from today.
    #[arg(long, value_name = "DAY")]
    until: Option<NaiveDate>,
}

impl Retention {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let Self::Preview(Preview { until }) = self;
        let clock = clock(&config.demonstration)?;
        let database = open_current(config).await?;
        let last = until.unwrap_or_else(|| clock.today() + TimeDelta::days(365));
        let end = clock::storable(clock::start_of(last.succ_opt().unwrap_or(last)));
        let viewer = Viewer::service(Purpose::Erasure);
        let scope = Scope::new(database, viewer, clock, ids::new_key(clock.now()));
        let periods = Periods::of(&config.retention);
        let due = job::preview(&scope, &periods, end).await?;
        print(&periods, &due, clock.now());
        Ok(())
    }
}

fn name(class: Class) -> &'static str {
    match class {
        Class::Identified => "identified",
        Class::NotIdentified => "not identified",
    }
}

/// The periods, and how many persons go by each in each month. What is overdue counts as of now.
fn print(periods: &Periods, due: &[Due], now: chrono::DateTime<Utc>) {
    for class in [Class::Identified, Class::NotIdentified] {
        let period = periods.of_class(class);
        let confirmed = if period.confirmed { "confirmed" } else { "NOT CONFIRMED: nothing goes by it" };
        let basis = Some(Periods::legal_basis(class)).filter(|basis| !basis.is_empty());
        println!("{:<15} {:>3} years  {confirmed}  {}", name(class), period.years, basis.unwrap_or_default());
    }
    let mut months: BTreeMap<(i32, u32, Class, bool), u64> = BTreeMap::new();
    for due in due {
        let at = due.at.max(now).with_timezone(&chrono_tz::Europe::Belgrade);
        *months.entry((at.year(), at.month(), due.class, due.confirmed)).or_default() += 1;
    }
    println!("\n{:<8} {:<15} {:>8}", "month", "class", "persons");
    for ((year, month, class, confirmed), persons) in &months {
        let remark = if *confirmed { "" } else { "  stays: not confirmed" };
        println!("{year}-{month:02}  {:<15} {persons:>8}{remark}", name(*class));
    }
    println!("{} persons in all", due.len());
}
