//! `oslonac retention`: what would be erased, and when.

use super::{clock, open_current};
use crate::access::{Purpose, Scope, Viewer};
use crate::clock;
use crate::config::Config;
use crate::failure::Failure;
use crate::ids;
use crate::jobs::expiry;
use crate::retention::rules::{Class, Due};
use crate::retention::{Periods, job};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use clap::{Args, Subcommand};
use std::collections::BTreeMap;

const PREVIEW: &str = "\
Examples:
  oslonac retention preview --config /etc/oslonac.toml        within a year
  oslonac retention preview --until 2035-12-31                up to and including a day";

#[derive(Subcommand)]
#[command(after_help = PREVIEW)]
pub(super) enum Retention {
    /// Says how many persons would be erased in which month, by which class, and how many drafts would go. It removes nothing.
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
        let scope = |purpose| Scope::new(database.clone(), Viewer::service(purpose), clock, ids::new_key(clock.now()));
        let periods = Periods::of(&config.retention);
        let due = job::preview(&scope(Purpose::Erasure), &periods, end).await?;
        let kept = expiry::Retention::of(config);
        let drafts = expiry::drafts_that_go(&scope(Purpose::Expiry), &kept, end).await?;
        print_classes(&periods, kept.draft);
        print_months(&due, &drafts, clock.now());
        Ok(())
    }
}

/// A class of data in the preview.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    Persons(Class),
    Drafts,
}

impl Kept {
    fn name(self) -> &'static str {
        match self {
            Self::Persons(class) => name(class),
            Self::Drafts => "drafts",
        }
    }
}

fn name(class: Class) -> &'static str {
    match class {
        Class::Identified => "identified",
        Class::NotIdentified => "not identified",
    }
}

/// The classes of data, and how long each is kept.
fn print_classes(periods: &Periods, draft: TimeDelta) {
    for class in [Class::Identified, Class::NotIdentified] {
        let period = periods.of_class(class);
        let confirmed = if period.confirmed { "confirmed" } else { "NOT CONFIRMED: nothing goes by it" };
        let basis = Some(Periods::legal_basis(class)).filter(|basis| !basis.is_empty());
        println!("{:<15} {:>3} years  {confirmed}  {}", name(class), period.years, basis.unwrap_or_default());
    }
    println!(
        "{:<15} {:>3} days   after they were last touched, by the settings",
        Kept::Drafts.name(),
        draft.num_days()
    );
    println!("{:<15} no end     lines of the audit trail are never removed", "access log");
}

/// How many go in each month by each class. What is overdue counts as of now.
fn print_months(due: &[Due], drafts: &[DateTime<Utc>], now: DateTime<Utc>) {
    let persons = due.iter().map(|due| (due.at, Kept::Persons(due.class), due.confirmed));
    let all = persons.chain(drafts.iter().map(|at| (*at, Kept::Drafts, true)));
    let mut months: BTreeMap<(i32, u32, Kept, bool), u64> = BTreeMap::new();
    for (at, class, confirmed) in all {
        let at = at.max(now).with_timezone(&chrono_tz::Europe::Belgrade);
        *months.entry((at.year(), at.month(), class, confirmed)).or_default() += 1;
    }
    println!("\n{:<8} {:<15} {:>8}", "month", "class", "number");
    for ((year, month, class, confirmed), number) in &months {
        let remark = if *confirmed { "" } else { "  stays: not confirmed" };
        println!("{year}-{month:02}  {:<15} {number:>8}{remark}", class.name());
    }
    println!("{} drafts in all", drafts.len());
    println!("{} persons in all", due.len());
}
