//! `oslonac retention`: what would be erased, and when.

use super::{clock, open_current};
use crate::access::{Purpose, Scope, Viewer};
use crate::clock;
use crate::config::Config;
use crate::failure::Failure;
use crate::ids;
use crate::jobs::expiry;
use crate::retention::Periods;
use crate::retention::job::Retention as Rules;
use crate::retention::preview::{Ahead, Stays, preview};
use crate::retention::rules::Class;
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
    /// Says how many persons would be erased in which month, by which class or because somebody asked for it, how many stay and why,
    /// and how many drafts would go. It removes nothing.
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
        let rules = Rules::of(&config.retention);
        let ahead = preview(&scope(Purpose::Erasure), &rules, clock.now(), end).await?;
        let kept = expiry::Retention::of(config);
        let drafts = expiry::drafts_that_go(&scope(Purpose::Expiry), &kept, end).await?;
        print_classes(&rules, kept.draft);
        print_months(&ahead, &drafts, clock.now());
        Ok(())
    }
}

/// A class of data in the preview.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    Persons(Class),
    AskedFor,
    Drafts,
}

impl Kept {
    fn name(self) -> &'static str {
        match self {
            Self::Persons(class) => name(class),
            Self::AskedFor => "asked for",
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
fn print_classes(rules: &Rules, draft: TimeDelta) {
    for class in [Class::Identified, Class::NotIdentified] {
        let period = rules.periods.of_class(class);
        let confirmed = if period.confirmed { "confirmed" } else { "NOT CONFIRMED: nothing goes by it" };
        let basis = Some(Periods::legal_basis(class)).filter(|basis| !basis.is_empty());
        println!("{:<15} {:>3} years  {confirmed}  {}", name(class), period.years, basis.unwrap_or_default());
    }
    println!(
        "{:<15} {:>3} days   after they were last touched, by the settings",
        Kept::Drafts.name(),
        draft.num_days()
    );
    println!("{:<15} {:>3} days   of review before a person goes, from the proposal on", "", rules.review.num_days());
    println!("{:<15} no end     lines of the audit trail are never removed", "access log");
}

/// A month of a year, in which something goes.
type Month = (i32, u32);

/// How many go in each month by each class, after their review, and who stays of whom it would be time. What is held back goes in no
/// month. What is overdue counts as of now.
fn print_months(ahead: &[Ahead], drafts: &[DateTime<Utc>], now: DateTime<Utc>) {
    let class = |ahead: &Ahead| ahead.class.map_or(Kept::AskedFor, Kept::Persons);
    let persons = ahead.iter().map(|ahead| (ahead.at, class(ahead), ahead.stays));
    let all = persons.chain(drafts.iter().map(|at| (*at, Kept::Drafts, None)));
    let mut months: BTreeMap<(Option<Stays>, Option<Month>, Kept), u64> = BTreeMap::new();
    for (at, class, stays) in all {
        let at = at.max(now).with_timezone(&chrono_tz::Europe::Belgrade);
        let month = (stays != Some(Stays::Held)).then_some((at.year(), at.month()));
        *months.entry((stays, month, class)).or_default() += 1;
    }
    println!("\n{:<8} {:<15} {:>8}", "goes in", "class", "number");
    for ((stays, month, class), number) in &months {
        let month = month.map_or("-".to_owned(), |(year, month)| format!("{year}-{month:02}"));
        let remark = match stays {
            None => "",
            Some(Stays::Unconfirmed) => "  stays: not confirmed",
            Some(Stays::Held) => "  stays: held back",
        };
        println!("{month:<8} {:<15} {number:>8}{remark}", class.name());
    }
    let staying = ahead.iter().filter(|ahead| ahead.stays.is_some()).count();
    println!("{} drafts in all", drafts.len());
    println!("{staying} persons of them stay");
    println!("{} persons in all", ahead.len());
}
